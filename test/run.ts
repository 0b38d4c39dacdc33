import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { openBroker } from './support/broker.ts';
import { openGuard } from './support/guard.ts';
import { installMissing } from './support/install.ts';
import { openPostgres } from './support/postgres.ts';
import { programs } from './support/programs.ts';

const allTests = ['packages/*/test/**/*.test.ts', 'frontend/test/**/*.test.ts', 'test/**/*.test.ts'];
/** These wait for heartbeats most of the time, and run beside the others. */
const patientTests = ['test/system/conformance.test.ts'];
const always = ['--reporter', 'test/support/counting-reporter.ts', '--fail-zero'];
/** What shells give for a command that was interrupted. */
const interruptedCode = 130;

/**
 * Runs mocha with the servers that the tests need.
 *
 * TEST_AMQP_URL and TEST_DATABASE_URL name servers to use; where one is not set, a private server is
 * started. Arguments go to mocha: files instead of all tests, or options. A run of no test fails.
 */
async function main(args: readonly string[]): Promise<void> {
  await installMissing(Object.values(programs));
  const servers = [];
  try {
    if (process.env['TEST_AMQP_URL'] === undefined) {
      const broker = await openBroker();
      servers.push(broker);
      process.env['TEST_AMQP_URL'] = broker.url;
    }
    if (process.env['TEST_DATABASE_URL'] === undefined) {
      const postgres = await openPostgres({ fsync: false });
      servers.push(postgres);
      process.env['TEST_DATABASE_URL'] = postgres.url;
    }
    process.exitCode = await runTests(args);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Resolves with the exit code: mocha's own, when all of them agree. */
async function runTests(args: readonly string[]): Promise<number> {
  const isChoice = args.some((arg) => arg.includes('.test.ts') || existsSync(arg));
  if (isChoice) return await runMocha(args, 'inherit');
  const patient = runMocha([...args, ...patientTests], 'pipe');
  const ignored = patientTests.flatMap((file) => ['--ignore', file]);
  const codes = [await runMocha([...args, ...ignored, ...allTests], 'inherit'), await patient];
  return codes.find((code) => code !== 0) ?? 0;
}

/** Resolves with mocha's exit code; an interrupt ends mocha, and so the run. Piped output is shown at the end. */
async function runMocha(args: readonly string[], output: 'inherit' | 'pipe'): Promise<number> {
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...always, ...args], {
    stdio: ['inherit', output, 'inherit'],
  });
  const printed: string[] = [];
  mocha.stdout?.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const guard = openGuard();
  guard.set(`kill -INT ${mocha.pid}`);
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    // Mocha passes only this signal on to the process that runs the tests, and then exits with 0.
    mocha.kill('SIGINT');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const [code] = await once(mocha, 'close');
  await guard.release();
  process.stdout.write(printed.join(''));
  return isInterrupted ? interruptedCode : Number(code ?? 1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
