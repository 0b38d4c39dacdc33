import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** A program the tests run but npm does not bring. */
export interface Program {
  /** What a person installs. */
  readonly title: string;
  /** The executable by which it is recognised. */
  readonly executable: string;
  /** Where it is looked for before PATH; `*` stands for a version, of which the highest is taken. */
  readonly folders: readonly string[];
  readonly debianPackage: string;
  readonly dockerImage: string;
}

export const programs = {
  rabbitmq: {
    title: 'RabbitMQ 3.10 or later',
    executable: 'rabbitmq-server',
    // Debian's /usr/sbin/rabbitmq-server is a wrapper that changes the user and writes to /var.
    folders: ['/usr/lib/rabbitmq/bin'],
    debianPackage: 'rabbitmq-server',
    dockerImage: 'rabbitmq:4',
  },
  postgresql: {
    title: 'PostgreSQL 15 or later',
    executable: 'initdb',
    folders: ['/usr/lib/postgresql/*/bin'],
    debianPackage: 'postgresql',
    dockerImage: 'postgres:18',
  },
} as const satisfies Record<string, Program>;

/** Where a program comes from: binaries in a folder, or an image. */
export type Source =
  | { readonly kind: 'local'; readonly bin: string }
  | { readonly kind: 'docker'; readonly image: string };

/**
 * Finds a program on this machine, else a Docker that can run it.
 *
 * @throws Error that names what to install.
 */
export async function findProgram(program: Program): Promise<Source> {
  const bin = await findBinaries(program);
  if (bin !== undefined) return { kind: 'local', bin };
  if (await isDockerRunning()) return { kind: 'docker', image: program.dockerImage };
  throw new Error(
    `The tests need ${program.title}. Install it (Debian: apt-get install ${program.debianPackage}), or start Docker.`,
  );
}

/** The folder of a program's executables, when it is installed. */
export async function findBinaries({ executable, folders }: Program): Promise<string | undefined> {
  const known = await Promise.all(folders.map(expand));
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of [...known.flat(), ...onPath]) {
    if (await isExecutable(join(folder, executable))) return folder;
  }
  return undefined;
}

async function expand(pattern: string): Promise<readonly string[]> {
  const [parent = '', rest] = pattern.split('/*');
  if (rest === undefined) return [pattern];
  const names = await readdir(parent).catch(() => []);
  return names.sort((a, b) => Number(b) - Number(a)).map((name) => join(parent, name, rest));
}

export async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function isDockerRunning(): Promise<boolean> {
  return runFile('docker', ['info'], { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}
