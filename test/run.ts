import { buildNeeded } from './support/build.ts';
import { findTests, parseChosenTests } from './support/chosen-tests.ts';
import { startMocha } from './support/mocha.ts';
import { needsOf } from './support/needs.ts';
import { runMocha, withServers } from './support/with-servers.ts';

const allTests = ['packages/*/test/**/*.test.ts', 'frontend/test/**/*.test.ts', 'test/**/*.test.ts'];

/** Files that run one after the other in a mocha of their own. */
interface Lane {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * What runs beside each other; a lane leaves out what those below it have.
 *
 * The first computes. The others spend half of their time waiting for timers, brokers and heartbeats, as do
 * the tests of the system that are beside the packages. Three that compute would keep each other waiting on
 * two cores.
 */
const lanes: readonly Lane[] = [
  { name: 'browser and system', files: allTests },
  {
    name: 'packages and topology',
    files: [
      'packages/*/test/**/*.test.ts',
      'frontend/test/**/*.test.ts',
      'test/*.test.ts',
      'test/{deploy,documents,fuzz}/*.test.ts',
      'test/system/{idempotency,privileges,topology-apply}.test.ts',
    ],
  },
  { name: 'faults and conformance', files: ['test/faults/**/*.test.ts', 'test/system/conformance.test.ts'] },
];

/** Tests that need nothing but Node, in two lanes of the same length. */
const pureLanes: readonly Lane[] = [
  { name: 'pure', files: allTests },
  { name: 'pure: embedded database', files: ['packages/workers/test/**/*.test.ts'] },
];

/**
 * Runs tests with what they need: servers, programs, the packages and the page built.
 *
 * Arguments go to mocha: files instead of all tests, or options; `--pure` stands for all files that need
 * nothing. A run of no test fails.
 */
async function main(args: readonly string[]): Promise<void> {
  const { files, options, byTitle } = parseChosenTests(args.filter((arg) => arg !== '--pure'));
  const chosen = args.includes('--pure') ? fillPure() : choose(files, byTitle);
  const needs = needsOf(chosen.flatMap((lane) => lane.files));
  await buildNeeded(needs);
  process.exitCode = await withServers(needs, () => runLanes(chosen, options));
}

/** One lane for files that are named, and for titles. */
function choose(files: readonly string[], byTitle: boolean): readonly Lane[] {
  if (files.length > 0) return [{ name: 'chosen', files }];
  return byTitle ? [{ name: 'chosen', files: findTests(allTests) }] : fill(lanes);
}

function fillPure(): readonly Lane[] {
  return fill(pureLanes).map(({ name, files }) => ({
    name,
    files: files.filter((file) => needsOf([file]).size === 0),
  }));
}

/** Replaces the patterns of lanes by the files that each of them runs. */
function fill(lanes: readonly Lane[]): readonly Lane[] {
  return lanes.map(({ name, files }, index) => {
    const others = lanes.slice(index + 1).flatMap((lane) => lane.files);
    return { name, files: findTests(files, others) };
  });
}

/** Runs all lanes at once; shows what they print one after the other, and which of them failed at the end. */
async function runLanes(lanes: readonly Lane[], options: readonly string[]): Promise<number> {
  const [first, ...others] = lanes;
  if (first && others.length === 0) return runMocha([...options, ...first.files]);
  const runs = lanes.map(({ name, files }) => ({ name, ...startMocha([...options, ...files]) }));
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
