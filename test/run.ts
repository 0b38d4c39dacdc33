import { existsSync } from 'node:fs';
import { startMocha } from './support/mocha.ts';
import { programs } from './support/programs.ts';
import { runMocha, withServers } from './support/with-servers.ts';

const allTests = ['packages/*/test/**/*.test.ts', 'frontend/test/**/*.test.ts', 'test/**/*.test.ts'];

/**
 * What runs beside each other, each in a mocha of its own, which leaves out what those below it have.
 *
 * The first and the last spend half of their time waiting for timers, brokers and heartbeats; the second
 * computes. Three that compute would keep each other waiting on two cores.
 */
const lanes = [
  { name: 'packages', files: allTests },
  { name: 'browser and system', files: ['test/browser/**/*.test.ts', 'test/system/**/*.test.ts'] },
  { name: 'faults and conformance', files: ['test/faults/**/*.test.ts', 'test/system/conformance.test.ts'] },
];

const choices = new Set(['-g', '--grep', '-f', '--fgrep']);

/**
 * Runs mocha with the servers that the tests need.
 *
 * TEST_AMQP_URL and TEST_DATABASE_URL name servers to use; where one is not set, a private server is
 * started. Arguments go to mocha: files instead of all tests, or options. A run of no test fails.
 */
async function main(args: readonly string[]): Promise<void> {
  process.exitCode = await withServers(Object.values(programs), () => runTests(args));
}

/** Resolves with the exit code. */
async function runTests(args: readonly string[]): Promise<number> {
  if (args.some((arg) => arg.includes('.test.ts') || existsSync(arg))) return runMocha(args);
  if (args.some((arg) => choices.has(arg))) return runMocha([...args, ...allTests]);
  return runLanes(args);
}

/** Runs all lanes at once; shows what they print one after the other, and which of them failed at the end. */
async function runLanes(args: readonly string[]): Promise<number> {
  const runs = lanes.map(({ name, files }, index) => {
    const others = lanes.slice(index + 1).flatMap((lane) => lane.files);
    const ignored = others.flatMap((file) => ['--ignore', file]);
    return { name, ...startMocha([...args, ...ignored, ...files]) };
  });
  const failures: string[] = [];
  let exitCode = 0;
  for (const { name, output, ended } of runs) {
    console.log(`\n== ${name}`);
    for await (const text of output) process.stdout.write(text);
    const code = await ended;
    if (code === 0) continue;
    exitCode = code;
    failures.push(`${name} (exit code ${code})`);
  }
  if (failures.length > 0) console.log(`failed: ${failures.join(', ')}`);
  return exitCode;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
