import { access, constants, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, resolve } from 'node:path';
import { describeFileError } from '../process/file-error.ts';
import { reachableHost } from '../http/reachable-host.ts';
import type { Finding } from './finding.ts';

type Found = Omit<Finding, 'check'>;

/** The versions of Node that the packages support. */
export const supportedNode = '^20.19.0 || >=22.12';

/** Checks a version such as `v20.19.1`. */
export function checkNode(version: string): Found {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const isSupported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (isSupported) return { level: 'ok', message: `Node ${version}` };
  return {
    level: 'problem',
    message: `Node ${version} is not supported`,
    advice: `install Node ${supportedNode}`,
  };
}

export interface PortOptions {
  readonly host: string;
  readonly port: number;
  /** Where a restmapper process on this port answers `/status`. */
  readonly adminPort: number;
  /** The variable to change. */
  readonly variable: string;
}

/** Checks whether a port is free; else says who has it. */
export async function checkPort({ host, port, adminPort, variable }: PortOptions): Promise<Found> {
  const code = await tryListen(host, port);
  if (code === undefined) return { level: 'ok', message: `${host}:${port} is free` };
  if (code !== 'EADDRINUSE') {
    const advice = `set ${code === 'EACCES' ? variable : 'HOST'} to another value`;
    return { level: 'problem', message: `${host}:${port} cannot be used (${code})`, advice };
  }
  const process = await findRestmapper(`http://${reachableHost(host)}:${adminPort}/status`);
  if (process === undefined) {
    const advice = `stop it, or set ${variable} to a free port`;
    return { level: 'problem', message: `${host}:${port} is taken by another program`, advice };
  }
  const advice = `stop it before you start another on this port, or set ${variable}`;
  return { level: 'warning', message: `${host}:${port} is taken by a running ${process}`, advice };
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => done(undefined)));
  });
}

async function findRestmapper(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    const { id, role, version } = Object(await response.json()) as Readonly<Record<string, unknown>>;
    if (typeof id !== 'string' || typeof role !== 'string') return undefined;
    return `restmapper ${role} ${String(version)} (${id})`;
  } catch {
    return undefined;
  }
}

/** Magic numbers of network file systems, on Linux. @see statfs(2) */
const networkFileSystems: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB'],
  [0x01021997, '9P'],
]);

/** Checks whether a folder, or the one in which it would be created, can be written. */
export async function checkDataFolder(directory: string): Promise<Found> {
  const place = await nearestExisting(resolve(directory));
  const advice = 'set DATA_DIR to a folder of a local disk that this user may write, or set DATABASE_URL';
  try {
    if (!(await stat(place)).isDirectory()) throw new Error(`${place} is not a folder`);
    await access(place, constants.W_OK | constants.X_OK);
    const network = networkFileSystems.get((await statfs(place)).type);
    if (network === undefined) return { level: 'ok', message: `${directory} can be written` };
    const message = `${directory} is on a network file system (${network}), whose locks may not hold`;
    return { level: 'warning', message, advice };
  } catch (error) {
    return { level: 'problem', message: `${directory} cannot be used: ${describeFileError(error)}`, advice };
  }
}

async function nearestExisting(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestExisting(dirname(path));
}
