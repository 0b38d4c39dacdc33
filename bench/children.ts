import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const node = ['--conditions=@restmapper/source', '--import', 'tsx'];

/** Starts a script of this folder; resolves with its first message. */
export async function openScript(
  name: string,
  env: NodeJS.ProcessEnv,
  nodeArgs: readonly string[] = [],
): Promise<{ first: unknown; child: ChildProcess }> {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const child = fork(script, { execArgv: [...node, ...nodeArgs], env: { ...process.env, ...env } });
  const first = await Promise.race([
    once(child, 'message').then(([message]: unknown[]) => message),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with ${String(code)}`))),
  ]);
  return { first, child };
}

/** Starts the built `restmapper` command on free ports; resolves when it is ready. */
export async function openRestmapper(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ port: number; child: ChildProcess }> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const script = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...env, PORT: String(port), ADMIN_PORT: String(adminPort) },
    stdio: ['ignore', 'inherit', 'ignore'],
  });
  for (let i = 0; i < 300; i += 1) {
    if (child.exitCode !== null) throw new Error(`restmapper ${args.join(' ')} ended with ${child.exitCode}`);
    const ready = await fetch(`http://127.0.0.1:${adminPort}/readyz`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return { port, child };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`restmapper ${args.join(' ')} did not become ready`);
}

/** The processor time that a child has used, of all its threads. @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function cpuMsOf({ pid }: ChildProcess): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may have spaces; a tick is 10 ms.
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return 10 * (Number(user) + Number(system));
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
