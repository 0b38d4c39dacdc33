import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = [join(root, 'packages/cli/dist/main.js')];
const source = [
  '--conditions=@restmapper/source',
  '--import',
  createRequire(import.meta.url).resolve('tsx'),
  join(root, 'packages/cli/src/main.ts'),
];

export interface CommandOptions {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** @default the root of the repository, with the shipped endpoints.yaml */
  readonly cwd?: string;
  /** The program, and the arguments before those of the command. @default Node and the build */
  readonly program?: readonly string[];
  /** Whether to run the sources, as `npm start` does, instead of the build. @default false */
  readonly fromSource?: boolean;
  /** The address to listen on. @default '127.0.0.1' */
  readonly host?: string;
  /** @default free ones */
  readonly ports?: Ports;
}

/** The addresses of a command. */
export interface Ports {
  readonly port: number;
  readonly adminPort: number;
}

/** A running `restmapper`, in a process of its own. */
export interface Command extends Ports {
  readonly child: ChildProcess;
  /** `http://<HOST>:<PORT>` */
  readonly url: string;
  readonly adminUrl: string;
  /** Its output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves with the exit code, or the signal that killed it. */
  readonly exited: Promise<number | NodeJS.Signals>;
}

/** Starts the command for the running test, without waiting for it. */
export async function startCommand(options: CommandOptions): Promise<Command> {
  return use(await spawnCommand(options), killCommand);
}

/** Starts the command on free ports; the caller must end it with `killCommand`. */
export async function spawnCommand({
  args,
  env = {},
  cwd = root,
  fromSource = false,
  program = [process.execPath, ...(fromSource ? source : built)],
  host = '127.0.0.1',
  ports,
}: CommandOptions): Promise<Command> {
  const { port, adminPort } = ports ?? (await findPorts());
  const [file = '', ...before] = program;
  const child = spawn(file, [...before, ...args], {
    cwd,
    env: {
      PATH: process.env.PATH,
      DATA_DIR: join(cwd, '.restmapper'),
      HOST: host,
      PORT: String(port),
      ADMIN_PORT: String(adminPort),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const exited = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    child,
    port,
    adminPort,
    url: `http://${host}:${port}`,
    adminUrl: `http://${host}:${adminPort}`,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    exited,
  };
}

async function findPorts(): Promise<Ports> {
  const [port = 0, adminPort = 0] = await freePorts(2);
  return { port, adminPort };
}

/** Starts the command; resolves when it reports that it is ready. */
export async function openCommand(options: CommandOptions): Promise<Command> {
  const command = await startCommand(options);
  await untilReady(command);
  return command;
}

export async function untilReady(command: Command): Promise<void> {
  const isReady = until(
    async () => command.child.exitCode !== null || (await fetch(`${command.adminUrl}/readyz`)).ok,
    { timeoutMs: 60_000, everyMs: 50 },
  );
  await isReady.catch((error: unknown) => {
    throw new Error(`not ready: ${command.stderr()}${command.stdout()}`, { cause: error });
  });
  if (command.child.exitCode !== null) throw new Error(`it ended: ${command.stderr()}${command.stdout()}`);
}

/** Asks the command to stop; resolves with its exit code. */
export async function stopCommand({ child, exited }: Command): Promise<number | NodeJS.Signals> {
  child.kill('SIGTERM');
  return exited;
}

/** Runs a command that exits by itself. */
export async function runCommand(
  options: CommandOptions,
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const command = await startCommand(options);
  const code = await command.exited;
  return { code, stdout: command.stdout(), stderr: command.stderr() };
}

/** Kills the command, like a power cut. */
export async function killCommand({ child, exited }: Command): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

/** A folder of the test, deleted after it. */
export async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'restmapper-test-'));
  return use(folder, () => rm(folder, { recursive: true, force: true }));
}
