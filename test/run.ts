import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { openBroker } from './support/broker.ts';
import { openGuard } from './support/guard.ts';
import { installMissing } from './support/install.ts';
import { openPostgres } from './support/postgres.ts';
import { programs } from './support/programs.ts';

const allTests = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'];
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
    process.exitCode = await runMocha(args);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}

/** Resolves with mocha's exit code; an interrupt ends mocha, and so the run. */
async function runMocha(args: readonly string[]): Promise<number> {
  const files = args.some((arg) => arg.includes('.test.ts') || existsSync(arg)) ? [] : allTests;
  const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...always, ...args, ...files], {
    stdio: 'inherit',
  });
  const guard = openGuard();
  guard.set(`kill -INT ${mocha.pid}`);
  let isInterrupted = false;
  const interrupt = () => {
    isInterrupted = true;
    // Mocha passes only this signal on to the process that runs the tests, and then exits with 0.
    mocha.kill('SIGINT');
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const [code] = await once(mocha, 'exit');
  await guard.release();
  return isInterrupted ? interruptedCode : (code ?? 1);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
