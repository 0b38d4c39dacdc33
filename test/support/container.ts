import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openGuard } from './guard.ts';
import type { Server } from './server.ts';

const runFile = promisify(execFile);

export interface ContainerOptions {
  readonly image: string;
  readonly name: string;
  readonly hostPort: number;
  readonly port: number;
  /** Additional ports, by the port that they are published on. */
  readonly morePorts?: Readonly<Record<number, number>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Files to create, by their path in the container. */
  readonly files?: Readonly<Record<string, string>>;
  /** The arguments after the image on the command line. */
  readonly args?: readonly string[];
}

/** A server run by Docker, whose port is published on the loopback interface only. */
export function createContainer({ name, ...options }: ContainerOptions): Server {
  const guard = openGuard();
  let created = false;
  guard.set(`docker rm --force --volumes '${name}'`);

  return {
    async start() {
      await docker(created ? ['start', name] : ['run', '--detach', '--name', name, ...runArgs(options)]);
      created = true;
    },
    stop: async () => void (await docker(['stop', name])),
    kill: async () => void (await docker(['kill', name])),
    async close() {
      await docker(['rm', '--force', '--volumes', name]);
      await guard.release();
    },
    run: (tool, args) => docker(['exec', name, tool, ...args]),
    log: () => docker(['logs', name]),
  };
}

function runArgs({
  image,
  hostPort,
  port,
  morePorts = {},
  env = {},
  files = {},
  args = [],
}: Omit<ContainerOptions, 'name'>): string[] {
  const variables = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const mounts = Object.entries(files).flatMap(([path, file]) => ['--volume', `${file}:${path}:ro`]);
  const ports = Object.entries({ ...morePorts, [hostPort]: port });
  const published = ports.flatMap(([from, to]) => ['--publish', `127.0.0.1:${from}:${to}`]);
  return [...published, ...variables, ...mounts, image, ...args];
}

/** The first run pulls the image. */
const timeoutMs = 300_000;

async function docker(args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await runFile('docker', [...args], { timeout: timeoutMs });
  return stdout + stderr;
}
