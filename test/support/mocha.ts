import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { openGuard } from './guard.ts';

const always = ['--reporter', 'test/support/counting-reporter.ts', '--fail-zero'];
/** The exit code of shells for an interrupted command. */
const interruptedCode = 130;

/** A mocha in a process of its own. */
export interface MochaRun {
  /** Its output, buffered until it is read. */
  readonly output: Readable;
  /** Resolves with its exit code: the number of failed tests. */
  readonly ended: Promise<number>;
}

/** Starts mocha, which ends with an interrupt of this process, and with this process. */
export function startMocha(args: readonly string[]): MochaRun {
  const colors = process.stdout.isTTY ? ['--color'] : [];
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...always, ...colors, ...args], {
    stdio: ['inherit', 'pipe', 'inherit'],
  });
  // A full pipe would block the tests.
  const output = mocha.stdout.pipe(new PassThrough({ highWaterMark: Number.MAX_SAFE_INTEGER }));
  const guard = openGuard();
  guard.set(`kill -INT ${mocha.pid}`);
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    // Mocha forwards only this signal to the process that runs the tests, and then exits with 0.
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
