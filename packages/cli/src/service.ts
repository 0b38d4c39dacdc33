import type { Log } from '@restmapper/bus';
import type { Model } from '@restmapper/endpoints';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAdminServer } from './admin.ts';
import { formatBanner } from './banner.ts';
import { Closers } from './closers.ts';
import type { Console } from './console.ts';
import { closeServer, listen } from './http-server.ts';
import { createHostRule } from './hosts.ts';
import { createLogger } from './logger.ts';
import { isLoopback } from './loopback.ts';
import { openModel } from './model-file.ts';
import { ReadinessProbe } from './readiness.ts';
import { parseSettings, type Role, type Settings } from './settings.ts';
import { createStatusReader, type StatusReader } from './system/process-status.ts';
import { version } from './version.ts';

/** A container's runtime kills ten seconds after it asked; the process is gone before that. */
const shutdownTimeoutMs = 9_000;

/** A long-running process of ours while its parts are being opened. */
export interface Service {
  readonly role: Role;
  readonly settings: Settings;
  readonly model: Model;
  readonly log: Log;
  readonly registry: Registry;
  readonly readiness: ReadinessProbe;
  readonly closers: Closers;
  /** Tells how this process is. */
  readonly status: StatusReader;
}

export interface ServiceOptions {
  readonly file: string;
  readonly console: Console;
}

/** What the parts of a service tell its banner. */
export interface Opened {
  readonly urls: readonly (readonly [name: string, url: string])[];
  readonly usesDatabase: boolean;
}

/**
 * Runs a service until it is told to stop, then drains it; resolves with the exit code.
 *
 * @throws ConfigError before anything is left open.
 */
export async function runService(
  role: Role,
  open: (service: Service) => Promise<Opened>,
  { file, console }: ServiceOptions,
): Promise<number> {
  const settings = parseSettings(console.env, { role, readFile: console.readFile });
  const model = openModel(file, console.env);
  const log = createLogger({ level: settings.logLevel, role, terminal: console.isTerminal });
  const facts = { role, settings, model, registry: new Registry(), readiness: new ReadinessProbe() };
  const service: Service = { ...facts, log, closers: new Closers(), status: createStatusReader(facts) };
  let clean = false;
  try {
    const { urls, usesDatabase } = await open(service);
    const admin = ['admin', await openAdmin(service)] as const;
    console.printError(
      formatBanner({ version, role, model, settings, usesDatabase, urls: [...urls, admin] }),
    );
    await console.stopRequested;
    log.info({}, 'stopping');
  } finally {
    service.readiness.drain();
    clean = await service.closers.closeAll({ timeoutMs: shutdownTimeoutMs, log });
  }
  return clean ? 0 : 1;
}

/** Opens the internal server; resolves with its URL. */
async function openAdmin({ settings, registry, readiness, status, log, closers }: Service): Promise<string> {
  collectDefaultMetrics({ register: registry });
  const { host, allowedHosts } = settings;
  // Probes ask a process that others reach by its address.
  const isAllowedHost = createHostRule({ host, allowedHosts: isLoopback(host) ? allowedHosts : [] });
  const server = createAdminServer({ readiness, registry, status, log, isAllowedHost });
  const port = await listen(server, { host, port: settings.adminPort });
  closers.addLast('admin', server, closeServer);
  return `http://${host}:${port}/readyz`;
}
