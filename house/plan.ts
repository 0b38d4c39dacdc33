import { relative } from 'node:path/posix';

/** A package of the workspace: what it may import, and the order of the folders in its `src`. */
export interface PackagePlan {
  /** Packages of this workspace. */
  readonly imports: readonly string[];
  /** Libraries that no other package may import. */
  readonly libraries?: readonly string[];
  /** Entry points of other packages besides their index. */
  readonly packages?: readonly string[];
  /**
   * Folders below `src`, the lowest first; the files beside them are above all. A folder may import
   * itself and lower folders; folders in one list import neither each other nor anything higher.
   */
  readonly shelves: readonly (string | readonly string[])[];
}

/** The house: every package, the lowest first. */
export const house: Readonly<Record<string, PackagePlan>> = {
  core: { imports: [], libraries: ['uuid'], shelves: ['json', 'http', 'time', 'tracing'] },
  endpoints: {
    imports: ['core'],
    libraries: ['yaml', 're2js', 'ajv', 'ajv-formats'],
    shelves: [
      'numbers',
      'yaml',
      'model',
      'sql',
      'pattern',
      'json-schema',
      'deliveries',
      'handlers',
      'schemes',
      'file',
      'describe',
      'compare/schema',
      'compare',
    ],
  },
  bus: {
    imports: ['core'],
    libraries: ['amqplib'],
    packages: ['@restmapper/core/tracing'],
    shelves: [
      'contract',
      'dispatch',
      'memory',
      'amqp/fast-path',
      'amqp/wire',
      'amqp/connection',
      'amqp/topology',
      'amqp/publishing',
      'amqp/feeds',
      'amqp/consuming',
      'amqp/dead-letters',
      'amqp/tapping',
      'amqp',
    ],
  },
  auth: {
    imports: ['core', 'endpoints'],
    libraries: ['jose'],
    shelves: ['caller', ['files', 'origins', 'remote', 'secrets'], 'schemes'],
  },
  restmapper: {
    imports: ['core', 'endpoints', 'bus', 'auth'],
    libraries: ['koa', '@koa/router'],
    packages: ['@restmapper/core/tracing'],
    shelves: ['request', 'answer', 'callers', 'deliveries', 'observing'],
  },
  liveupdate: {
    imports: ['core', 'endpoints', 'bus', 'auth'],
    libraries: ['ws'],
    shelves: ['feed', 'clients', ['events', 'websocket']],
  },
  workers: {
    imports: ['core', 'endpoints', 'bus'],
    libraries: ['pg', '@electric-sql/pglite'],
    packages: ['@restmapper/core/tracing', '@restmapper/bus/errors'],
    shelves: [
      'database',
      'work',
      'handlers/once',
      ['handlers/append', 'handlers/module', 'handlers/page', 'handlers/sql'],
      'handlers',
      'runtime',
    ],
  },
  client: { imports: [], shelves: [] },
  host: {
    imports: ['core', 'endpoints', 'bus', 'auth', 'restmapper', 'liveupdate', 'workers'],
    libraries: ['pino'],
    packages: ['@restmapper/bus/errors', '@restmapper/workers/worker'],
    shelves: [
      'http',
      'calls',
      'process',
      'reload',
      'system',
      'dead-letters',
      'inputs',
      'following',
      'doctor',
      'sql',
      'page',
      'parts',
      'roles',
      ['embed', 'testing'],
      'privileges',
      'inspection',
    ],
  },
  cli: {
    imports: ['core', 'endpoints', 'bus', 'auth', 'restmapper', 'workers', 'host'],
    libraries: ['commander'],
    packages: [
      '@restmapper/host/embed',
      '@restmapper/host/services',
      '@restmapper/host/testing',
      '@restmapper/workers/worker',
    ],
    shelves: ['command', ['completion', 'project'], 'commands'],
  },
};

/** A shelf and its height. */
export interface Shelf {
  /** `''` for the files beside the folders. */
  readonly name: string;
  readonly rank: number;
}

/** The shelves of a package, and above them the files beside them. */
export function shelvesOf({ shelves }: PackagePlan): readonly Shelf[] {
  const folders = shelves.flatMap((names, rank) => [names].flat().map((name) => ({ name, rank })));
  return [...folders, { name: '', rank: shelves.length }];
}

/** Whether an import from one shelf to another goes against the order. */
export function isUp(from: Shelf, to: Shelf): boolean {
  return from.name !== to.name && from.rank <= to.rank;
}

/** Regular expressions for the imports from a shelf that go against the order. */
export interface UpwardImports {
  /** For all files of the shelf. */
  readonly folders: readonly string[];
  /** For the files directly on it: imports of a file beside one of their parent folders. */
  readonly files: readonly string[];
}

/** Finds what the files of a shelf may not import. */
export function upwardImports(shelf: string, plan: PackagePlan): UpwardImports {
  const own = shelvesOf(plan).find(({ name }) => name === shelf);
  if (!own) throw new TypeError(`no shelf ${shelf}`);
  const paths = shelvesOf(plan)
    .filter((other) => isUp(own, other))
    .map(({ name }) => relative(shelf, name));
  return {
    folders: paths
      .filter((path) => !path.endsWith('..'))
      .map((path) => `^(?:\\.\\./)+${path.replaceAll('../', '')}/`),
    files: paths
      .filter((path) => path.endsWith('..'))
      .map((path) => `^(?:\\.\\./){${path.split('/').length}}[^/]+$`),
  };
}
