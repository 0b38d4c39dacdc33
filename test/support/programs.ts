import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** A program that the tests run and npm does not install. */
export interface Program {
  /** The name and version to install. */
  readonly title: string;
  /** The executable that identifies it. */
  readonly executable: string;
  /** Folders to search before PATH; `*` stands for a version, of which the highest is taken. */
  readonly folders: readonly string[];
  /** The arguments with which it must succeed, where it is more than its executable. */
  readonly probe?: readonly string[];
  readonly debianPackage: string;
}

/** A program that can also run in a container. */
export interface ServerProgram extends Program {
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
  chromium: {
    title: 'Chromium',
    executable: 'chromium',
    // Debian's /usr/bin/chromium is a script that adds the machine's own flags.
    folders: ['/usr/lib/chromium'],
    debianPackage: 'chromium',
  },
  nginx: {
    title: 'nginx 1.22 or later',
    executable: 'nginx',
    // Not on every user's PATH.
    folders: ['/usr/sbin'],
    debianPackage: 'nginx',
  },
  pgbouncer: {
    title: 'PgBouncer 1.18 or later',
    executable: 'pgbouncer',
    // Not on every user's PATH.
    folders: ['/usr/sbin'],
    debianPackage: 'pgbouncer',
  },
  kubectl: {
    title: 'kubectl 1.21 or later',
    executable: 'kubectl',
    folders: [],
    debianPackage: 'kubernetes-client',
  },
  pika: {
    title: 'Python 3 with pika 1.0 or later',
    executable: 'python3',
    // Debian's packages are for Debian's Python, which may not be the first on PATH.
    folders: ['/usr/bin'],
    probe: ['-c', 'from pika import BlockingConnection; from pika.exchange_type import ExchangeType'],
    debianPackage: 'python3-pika',
  },
} as const satisfies Record<string, Program | ServerProgram>;

/** The source of a program: binaries in a folder, or an image. */
export type Source =
  | { readonly kind: 'local'; readonly bin: string }
  | { readonly kind: 'docker'; readonly image: string };

/**
 * Finds a program on this machine, or else a Docker that can run it; TEST_SERVERS=docker uses Docker only.
 *
 * @throws Error that names what to install.
 */
export async function findProgram(program: ServerProgram): Promise<Source> {
  const bin = process.env['TEST_SERVERS'] === 'docker' ? undefined : await findBinaries(program);
  if (bin !== undefined) return { kind: 'local', bin };
  if (await isDockerRunning()) return { kind: 'docker', image: program.dockerImage };
  throw new Error(`${whatToInstall(program)}, or start Docker.`);
}

/**
 * Finds a program that must be installed on this machine.
 *
 * @throws Error that names what to install.
 */
export async function findExecutable(program: Program): Promise<string> {
  const bin = await findBinaries(program);
  if (bin === undefined) throw new Error(`${whatToInstall(program)}.`);
  return join(bin, program.executable);
}

function whatToInstall({ title, debianPackage }: Program): string {
  return `The tests need ${title}. Install it (Debian: apt-get install ${debianPackage})`;
}

/** The folder of a program's executables, if it is installed. */
export async function findBinaries({ executable, folders, probe }: Program): Promise<string | undefined> {
  const known = await Promise.all(folders.map(expand));
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  for (const folder of [...known.flat(), ...onPath]) {
    const file = join(folder, executable);
    if ((await isExecutable(file)) && (!probe || (await succeeds(file, probe)))) return folder;
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
  return succeeds('docker', ['info']);
}

async function succeeds(file: string, args: readonly string[]): Promise<boolean> {
  return runFile(file, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
