import { readFileSync } from 'node:fs';
import { type Log, silentLog } from '@restmapper/core';
import type { Environment } from '@restmapper/endpoints';
import { ModuleRevisions } from '@restmapper/workers';
import { defaultFile, openModel } from '../process/model-file.ts';
import { createService, type Service, shutdownTimeoutMs } from '../process/service.ts';
import { parseSettings } from '../process/settings.ts';
import { openSystem, type System } from '../roles/open-system.ts';
import { roles } from '../roles/roles.ts';

/** How a system is embedded in a process; everything may be left out. */
export interface RestmapperOptions {
  /** The path of the file. @default 'endpoints.yaml' */
  readonly file?: string;
  /**
   * The settings by the names that they have as environment variables, such as `AMQP_URL`, and the values of `${NAME}`
   * in the file. The process's own environment is read only if it is passed.
   * @default none
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The port to listen on; 0 is a free one. @default `PORT` of `env`, or 8080 */
  readonly port?: number;
  /** The workers that run here, by name. @default all of the file */
  readonly workers?: readonly string[];
  /** Receives the log's lines, as pino does. @default one that discards them */
  readonly log?: Log;
}

/** A system that runs in this process. */
export interface Restmapper {
  /** `http://127.0.0.1:<port>`: the page, `/api/v1/` and the feeds. */
  readonly url: string;
  /**
   * Puts another file in force, or the same one as it is now, with its modules if their code has changed; resolves when
   * it is. Requests and connections go on.
   *
   * @throws ConfigError, BusError or DatabaseError if it cannot be; then the file before stays in force.
   */
  replace(file?: string): Promise<void>;
  /** Finishes requests and messages, and closes everything; resolves with whether all ended within 9 s. */
  close(): Promise<boolean>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens what `restmapper start` runs, in this process: gateway, workers, live bridge and page.
 *
 * It reads no environment variable, handles no signal and never exits: that is up to the process. There is no admin
 * port.
 *
 * ```ts
 * import { openRestmapper } from 'restmapper/embed';
 * import { writeFileSync } from 'node:fs';
 *
 * writeFileSync('endpoints.yaml', 'endpoints: { "GET /price/{id}": { rpc: true } }');
 * const DATABASE_URL = 'postgres://postgres@127.0.0.1:5432/postgres';
 * const system = await openRestmapper({ port: 0, env: { DATABASE_URL } });
 * const { status } = await fetch(`${system.url}/api/v1/price/7`);
 * console.log(status); // 503
 * console.log(await system.close()); // true
 * ```
 * @throws ConfigError if the file, a module or a setting is wrong, or the port is in use.
 */
export async function openRestmapper(options: RestmapperOptions = {}): Promise<Restmapper> {
  const { file = defaultFile, env = {}, port, workers, log = silentLog } = options;
  const role = roles.start;
  const given = { ...env, ADMIN_PORT: '0', ...(port !== undefined && { PORT: String(port) }) };
  const settings = parseSettings(given, { role, readFile: (path) => readFileSync(path, 'utf8') });
  const service = createService({ role, settings, model: openModel(file, env), log, workers });
  try {
    service.readiness.begin();
    const revisions = new ModuleRevisions(service.model, ({ name }) => workers?.includes(name) ?? true);
    const system = await openSystem(service, role);
    service.readiness.started();
    return new EmbeddedRestmapper({ service, system, revisions, file, env });
  } catch (error) {
    await service.closers.closeAll({ timeoutMs: shutdownTimeoutMs, log });
    throw error;
  }
}

interface Parts {
  readonly service: Service;
  readonly system: System;
  readonly revisions: ModuleRevisions;
  readonly file: string;
  readonly env: Environment;
}

class EmbeddedRestmapper implements Restmapper {
  readonly url: string;
  readonly #parts: Parts;
  #file: string;
  #replacing: Promise<unknown> = Promise.resolve();
  #closing: Promise<boolean> | undefined;

  constructor(parts: Parts) {
    const [[, page] = ['', '']] = parts.system.urls;
    this.url = page.replace(/\/$/, '');
    this.#parts = parts;
    this.#file = parts.file;
  }

  replace(file?: string): Promise<void> {
    const replacing = this.#replacing.then(() => this.#replace(file ?? this.#file));
    this.#replacing = replacing.catch(() => {});
    return replacing;
  }

  close(): Promise<boolean> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #replace(file: string): Promise<void> {
    const { system, revisions, env } = this.#parts;
    const revised = await revisions.revise(openModel(file, env));
    await system.replace(revised.model);
    revised.accept();
    this.#file = file;
  }

  #close(): Promise<boolean> {
    const { closers, log, readiness } = this.#parts.service;
    readiness.drain();
    return closers.closeAll({ timeoutMs: shutdownTimeoutMs, log });
  }
}
