import { isAnswered, type Model, topologyOf } from '@restmapper/endpoints';
import { openAuthenticator } from '@restmapper/auth';
import { openMemoryBus } from '@restmapper/bus';
import { ConfigError, type FileProblem, silentLog } from '@restmapper/core';
import { createGateway } from '@restmapper/restmapper';
import { loadHandler } from '@restmapper/workers';
import {
  describeAccess,
  openModel,
  parseOriginRules,
  roles,
  unencryptedUrls,
  version,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

export interface CheckCall extends FileCall {
  /** Whether to load the modules of workers, which runs their top-level code. */
  readonly load: boolean;
}

/**
 * Validates a file, and prints notes about possible surprises.
 *
 * It does what `start` does before it opens anything: it reads the files named in the `auth` section and the
 * origin settings, creates a gateway, and loads modules.
 * @throws ConfigError with every mistake in it.
 */
export async function run({ file, terminal, load }: CheckCall): Promise<number> {
  const notes: FileProblem[] = [];
  const model = openModel(file, terminal.env, (note) => notes.push(note));
  const originRules = parseOriginRules(terminal.env, { role: roles.start, readFile: terminal.readFile });
  const { endpoints, workers, feeds, auth } = model;
  openAuthenticator(auth, { log: silentLog }).close();
  const bus = openMemoryBus({ topology: topologyOf(model), log: silentLog });
  createGateway({ model, bus, log: silentLog, originRules, version });
  await bus.close({ timeoutMs: 100 });
  if (load) await loadModules(model);
  terminal.print(
    `${file} is valid: ${count(endpoints, 'endpoint')}, ${count(workers, 'worker')}, ${count(feeds, 'feed')}\n`,
  );
  for (const { line, column, message } of notes) {
    terminal.print(`note: ${file}:${line}:${column} ${message}\n`);
  }
  for (const note of notesOn(model)) terminal.print(`note: ${note}\n`);
  if (!load) terminal.print('note: the modules of workers were not loaded\n');
  return 0;
}

/** Loads every module, so that all mistakes are reported. */
async function loadModules({ workers }: Model): Promise<void> {
  const faults: string[] = [];
  for (const { name, use } of workers) {
    if (use.kind !== 'module') continue;
    try {
      await loadHandler({ worker: name, path: use.path });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      faults.push(error.message);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
}

function notesOn(model: Model): readonly string[] {
  const worked = new Set(model.workers.map((worker) => worker.on));
  const unworked = model.endpoints.filter(
    ({ key, delivery, feed }) => !worked.has(key) && (isAnswered(delivery) || feed === undefined),
  );
  return [
    describeAccess(model),
    ...unencryptedUrls(model).map((url) => `the connection to ${url} is not encrypted`),
    ...unworked.map(({ key }) => `${key} has no worker here; another program must consume its queue`),
  ];
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}
