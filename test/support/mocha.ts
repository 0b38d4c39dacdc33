import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { openGuard } from './guard.ts';

const always = ['--reporter', 'test/support/counting-reporter.ts', '--fail-zero'];
/** What shells give for a command that was interrupted. */
const interruptedCode = 130;

/** A mocha that runs in a process of its own. */
export interface MochaRun {
  /** What it prints, kept until it is read. */
  readonly output: Readable;
  /** Resolves with its exit code, which is the number of tests that failed. */
  readonly ended: Promise<number>;
}

/** Starts mocha; an interrupt of this process ends it, and so does this process's end. */
export function startMocha(args: readonly string[]): MochaRun {
  const colors = process.stdout.isTTY ? ['--color'] : [];
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...always, ...colors, ...args], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  // A pipe that is full would stop the tests.
  const output = mocha.stdout.pipe(new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER }));
  const guard = openGuard();
  guard.set(`kill -INT ${mocha.pid}`);
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    // Mocha passes only this signal on to the process that runs the tests, and then exits with 0.
    mocha.kill('SIGINT');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const end = async () => {
    const [code] = await once(mocha, 'close');
    await guard.release();
    return isInterrupted ? interruptedCode : Number(code ?? 1);
  };
  return { output, ended: end() };
}
