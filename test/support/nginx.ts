import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageDirectory } from '../../packages/host/src/page/page.ts';
import { freePorts } from './free-ports.ts';
import { createLocalServer } from './local-server.ts';
import { openNameServer } from './name-server.ts';
import { findExecutable, programs } from './programs.ts';
import { startServing } from './server.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The log line of a request. */
export interface AccessLine {
  readonly requestId: string;
  readonly client: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly upstream: string;
  readonly upstreamStatus: string;
}

/** A private nginx with the shipped configuration; only its ports and paths differ. */
export interface Nginx {
  readonly url: string;
  /** The internal port, as a URL. */
  readonly adminUrl: string;
  /** The ports of the processes behind it, each of which has an address of its own. */
  readonly ports: { readonly restmapper: number; readonly liveupdate: number };
  /** The addresses of `restmapper` and `liveupdate`; tests may change them. */
  readonly names: Map<string, readonly string[]>;
  accessLog(): Promise<readonly AccessLine[]>;
  close(): Promise<void>;
}

export interface NginxOptions {
  /** Texts of the configuration to replace. */
  readonly changes?: Readonly<Record<string, string>>;
  /** The configuration of its upstreams, by their ports. @default deploy/platform.conf */
  readonly platform?: (ports: Nginx['ports']) => string;
}

/** Starts a private nginx, which dies with this process. */
export async function openNginx({ changes = {}, platform }: NginxOptions = {}): Promise<Nginx> {
  const [port = 0, adminPort = 0, restmapper = 0, liveupdate = 0] = await freePorts(4);
  const names = new Map<string, readonly string[]>();
  const nameServer = await openNameServer(names);
  const folder = await makeTemporaryFolder('nginx');
  const accessFile = join(folder, 'access.log');
  const config = replaceAll(await readShipped('nginx.conf'), {
    ' /tmp/': ` ${folder}/`,
    'listen 8080;': `listen 127.0.0.1:${port};`,
    'listen 9080;': `listen 127.0.0.1:${adminPort};`,
    '/usr/share/nginx/html': pageDirectory,
    '/dev/stdout': accessFile,
    ...changes,
  });
  const shipped = replaceAll(await readShipped('deploy/platform.conf'), {
    'restmapper:8081': `restmapper:${restmapper}`,
    'liveupdate:8082': `liveupdate:${liveupdate}`,
    'resolver 127.0.0.11 ': `resolver 127.0.0.1:${nameServer.port} `,
  });
  await writeFile(join(folder, 'platform.conf'), platform?.({ restmapper, liveupdate }) ?? shipped);
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const isServing = (): Promise<void> => askForLife(`${adminUrl}/livez`);
  const server = await startNginx({ folder, config, isServing }).catch(async (error: unknown) => {
    await nameServer.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await server.close();
    await nameServer.close();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    adminUrl,
    ports: { restmapper, liveupdate },
    names,
    async accessLog() {
      const lines = (await readFile(accessFile, 'utf8')).trimEnd().split('\n');
      return lines.map((line) => JSON.parse(line) as AccessLine);
    },
    close,
  };
}

/** Starts an nginx in front of a process on this machine, with a configuration of a new project; returns its URL. */
export async function openProjectNginx(
  file: string,
  upstreamPort: number,
): Promise<Pick<Nginx, 'url' | 'close'>> {
  const [port = 0] = await freePorts(1);
  const folder = await makeTemporaryFolder('nginx');
  const url = `http://127.0.0.1:${port}`;
  const config = replaceAll(await readShipped(file), {
    ' /tmp/': ` ${folder}/`,
    'listen 8080;': `listen 127.0.0.1:${port};`,
    ' app:8080;': ` 127.0.0.1:${upstreamPort};`,
    '/dev/stdout': join(folder, 'access.log'),
  });
  const { close } = await startNginx({ folder, config, isServing: () => askForLife(url) });
  return { url, close };
}

interface StartedNginx {
  /** Deleted when it is closed. */
  readonly folder: string;
  readonly config: string;
  /** Rejects until it serves. */
  readonly isServing: () => Promise<void>;
}

async function startNginx({ folder, config, isServing }: StartedNginx): Promise<Pick<Nginx, 'close'>> {
  const executable = await findExecutable(programs.nginx);
  await writeFile(join(folder, 'nginx.conf'), config);
  // As root, nginx would run its workers as another user, which may not read the folder.
  const directives = `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const server = createLocalServer({
    folder,
    command: `exec '${executable}' -c '${join(folder, 'nginx.conf')}' -g '${directives}'`,
    env: { PATH: process.env['PATH'] },
    stopSignal: 'SIGTERM',
    bin: dirname(executable),
  });
  const close = (): Promise<void> => server.close();
  try {
    await startServing(server, isServing);
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function readShipped(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}

/** @throws Error if a text is missing, because the configuration would silently stay unchanged. */
function replaceAll(config: string, texts: Readonly<Record<string, string>>): string {
  return Object.entries(texts).reduce((config, [from, to]) => {
    if (!config.includes(from)) throw new Error(`the configuration does not contain ${JSON.stringify(from)}`);
    return config.replaceAll(from, to);
  }, config);
}

async function askForLife(url: string): Promise<void> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`nginx answers ${response.status}`);
}

let addressCount = 0;

/** An address of this machine that no other process uses, for one of several servers on the same port. */
export function replicaAddress(): string {
  addressCount += 1;
  return `127.${1 + Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}.${addressCount}`;
}
