import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findExecutable, programs } from './programs.ts';
import { until } from './until.ts';
import { use } from './use.ts';

/** A running program in Python, in a process of its own. */
export interface PythonProgram {
  /** Kills it, like a power cut. */
  kill(): Promise<void>;
}

/** Runs a program in Python with pika until the test ends; resolves when it prints `ready`. */
export async function openPython(script: string, ...args: readonly string[]): Promise<PythonProgram> {
  const child = spawn(await findExecutable(programs.pika), [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'close');
  const program = use({ kill: () => kill(child, exited) }, ({ kill }) => kill());
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  await until(
    () => {
      if (child.exitCode !== null) throw new Error(`${script} ended:\n${output}`);
      return output.includes('ready\n');
    },
    { timeoutMs: 30_000 },
  );
  return program;
}

async function kill(child: ChildProcess, exited: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}
