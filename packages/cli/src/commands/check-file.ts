import {
  isAnswered,
  isOwn,
  type Locate,
  type Model,
  sourcePointer,
  sourcesOf,
  topologyOf,
} from '@restmapper/endpoints';
import { openMemoryBus } from '@restmapper/bus';
import { type FileProblem, silentLog } from '@restmapper/core';
import { createGateway } from '@restmapper/restmapper';
import {
  describeAccess,
  openLocator,
  openModel,
  parseOriginRules,
  roles,
  type Terminal,
  unencryptedUrls,
  version,
} from '@restmapper/host';
import { checkHandlers, checkMigrations, checkSchemes } from '@restmapper/host/services';

export interface CheckOptions {
  readonly terminal: Terminal;
  /** Whether to load the modules of workers, which runs their top-level code. */
  readonly load: boolean;
}

/** A valid file, and what may surprise its writer. */
export interface CheckedFile {
  readonly model: Model;
  readonly notes: readonly Note[];
}

/** A note about a place in a file, or about all of it. */
export type Note = Pick<FileProblem, 'message'> & Partial<FileProblem>;

/**
 * Does what `start` does before it opens anything: reads the file and the files named in its `auth` section and
 * the origin settings, creates a gateway, and loads modules.
 *
 * @throws ConfigError with every mistake in it.
 */
export async function checkFile(file: string, { terminal, load }: CheckOptions): Promise<CheckedFile> {
  const { env, readFile } = terminal;
  const notes: Note[] = [];
  const model = openModel(file, env, { onNote: (note) => notes.push(note) });
  const originRules = parseOriginRules(env, { role: roles.start, readFile });
  const locate = openLocator(file, env);
  checkSchemes(model.auth, locate);
  await checkMigrations(model, locate);
  const bus = openMemoryBus({ topology: topologyOf(model), log: silentLog });
  createGateway({ model, bus, log: silentLog, originRules, version });
  await bus.close({ timeoutMs: 100 });
  const workers = load ? model.workers : model.workers.filter(({ use }) => use.kind !== 'module');
  await checkHandlers(model, { workers, locate });
  notes.push(...notesOn(model, locate));
  if (!load) notes.push({ message: 'the modules of workers were not loaded' });
  return { model, notes };
}

function notesOn(model: Model, locate: Locate): readonly Note[] {
  const worked = new Set(model.workers.map((worker) => worker.on));
  const unworked = sourcesOf(model)
    .filter(isOwn)
    .filter(({ key, delivery, feed }) => !worked.has(key) && (isAnswered(delivery) || feed === undefined));
  return [
    { message: describeAccess(model) },
    ...unencryptedUrls(model).map((url) => ({ message: `the connection to ${url} is not encrypted` })),
    ...unworked.map((source) =>
      locate(
        sourcePointer(source, model),
        `${source.key} has no worker here; another program must consume its queue`,
      ),
    ),
    ...model.inputs
      .filter(({ key }) => !worked.has(key))
      .map((input) =>
        locate(sourcePointer(input, model), `${input.key} has no worker here, so none of it is consumed`),
      ),
  ];
}
