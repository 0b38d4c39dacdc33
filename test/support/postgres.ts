import { execFile } from 'node:child_process';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { createContainer } from './container.ts';
import { freePorts } from './free-ports.ts';
import { createLocalServer } from './local-server.ts';
import { findProgram, programs } from './programs.ts';
import { startServing, type Server } from './server.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const runFile = promisify(execFile);

export interface PostgresOptions {
  /** Whether a commit waits for the disk; if not, it survives `kill` but not a power cut. @default true */
  readonly fsync?: boolean;
  /** Additional lines for `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A private PostgreSQL on the loopback interface. */
export interface Postgres {
  /** The URL of the database `postgres`, as its superuser. */
  readonly url: string;
  readonly port: number;
  /** Restarts it after `stop` or `kill`, on the same port and data; resolves when it serves. */
  start(): Promise<void>;
  /** Ends its sessions and shuts it down gracefully. */
  stop(): Promise<void>;
  /** Kills it with SIGKILL; idle sessions end at once. */
  kill(): Promise<void>;
  /** Stops it and starts it again. */
  restart(): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
  /** Creates an empty database; returns its URL. */
  createDatabase(): Promise<string>;
}

/** Starts a private PostgreSQL, which dies with this process. */
export async function openPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const { fsync = true, settings = {} } = options;
  const source = await findProgram(programs.postgresql);
  const [port = 0] = await freePorts(1);
  const args = settingArgs({ max_connections: '200', fsync: fsync ? 'on' : 'off', ...settings });
  const server =
    source.kind === 'local'
      ? await createLocal(source.bin, { port, args })
      : createContained(source.image, { port, args });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const start = () => startServing(server, () => query(url, 'SELECT'));
  try {
    await start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return {
    url,
    port,
    start,
    stop: server.stop,
    kill: server.kill,
    close: server.close,
    async restart() {
      await server.stop();
      await start();
    },
    async createDatabase() {
      const name = `test_${crypto.randomUUID().replaceAll('-', '')}`;
      await query(url, `CREATE DATABASE ${name}`);
      return url.replace(/postgres$/, name);
    },
  };
}

interface ClusterOptions {
  readonly port: number;
  readonly args: readonly string[];
}

async function createLocal(bin: string, { port, args }: ClusterOptions): Promise<Server> {
  const folder = await makeTemporaryFolder('postgres');
  const user = await otherUser();
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  const options = { cwd: folder, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, ...user };
  const initArgs = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--no-locale', '--no-sync'];
  await runFile(join(bin, 'initdb'), [`--pgdata=${data}`, ...initArgs], options);
  const place = settingArgs({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
  });
  const words = [join(bin, 'postgres'), '-D', data, ...place, ...args];
  const command = `exec ${words.map((word) => `'${word}'`).join(' ')}`;
  // SIGINT is PostgreSQL's fast shutdown: it does not wait for sessions to end.
  return createLocalServer({ folder, command, env: options.env, stopSignal: 'SIGINT', bin, user });
}

function createContained(image: string, { port, args }: ClusterOptions): Server {
  return createContainer({
    image,
    name: `restmapper-test-${port}`,
    hostPort: port,
    port: 5432,
    env: { POSTGRES_HOST_AUTH_METHOD: 'trust' },
    args,
  });
}

/** PostgreSQL refuses to run as root; returns the user that its package created. */
export async function otherUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => runFile('id', [flag, 'postgres'])));
  return { uid: Number(uid?.stdout), gid: Number(gid?.stdout) };
}

function settingArgs(settings: Readonly<Record<string, string>>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

async function query(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  // A connection that is lost while idle emits its error; the next query reports it.
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}
