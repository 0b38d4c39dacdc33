import { buildNeeded } from './support/build.ts';
import { findTests, parseChosenTests } from './support/chosen-tests.ts';
import { startMocha } from './support/mocha.ts';
import { needsOf } from './support/needs.ts';
import { runMocha, withServers } from './support/with-servers.ts';

const allTests = ['packages/*/test/**/*.test.ts', 'frontend/test/**/*.test.ts', 'test/**/*.test.ts'];

/** Files that run one after another in one mocha process. */
interface Lane {
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * The lanes that run in parallel; each excludes the files of the lanes below it.
 *
 * The first is CPU-bound. The others wait for timers, brokers and heartbeats half of the time, as do
 * the system tests in the lane of the packages. Three CPU-bound lanes would slow each other down on two
 * cores.
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
  {
    name: 'faults, conformance and packaging',
    files: ['test/faults/**/*.test.ts', 'test/system/conformance.test.ts', 'test/packaging/**/*.test.ts'],
  },
];

/** Tests that need only Node, in three lanes of about equal length; the second waits most of the time. */
const pureLanes: readonly Lane[] = [
  { name: 'pure', files: allTests },
  {
    name: 'pure: HTTP, live updates and callers',
    files: ['packages/{auth,client,liveupdate,restmapper}/test/**/*.test.ts'],
  },
  { name: 'pure: embedded database', files: ['packages/workers/test/**/*.test.ts'] },
];

/**
 * Runs tests with everything they need: servers, programs, and the built packages and page.
 *
 * Arguments go to mocha: files instead of all tests, or options; `--pure` selects all files that need
 * nothing. A run without any test fails.
 */
async function main(args: readonly string[]): Promise<void> {
  const { files, options, byTitle } = parseChosenTests(args.filter((arg) => arg !== '--pure'));
  const chosen = args.includes('--pure') ? fillPure() : choose(files, byTitle);
  const needs = needsOf(chosen.flatMap((lane) => lane.files));
  await buildNeeded(needs);
  process.exitCode = await withServers(needs, () => runLanes(chosen, options));
}

/** One lane for named files or titles. */
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

/** Replaces the patterns of lanes by the files that each lane runs. */
function fill(lanes: readonly Lane[]): readonly Lane[] {
  return lanes.map(({ name, files }, index) => {
    const others = lanes.slice(index + 1).flatMap((lane) => lane.files);
    return { name, files: findTests(files, others) };
  });
}

/** Runs all lanes at once; prints their output one after another, and at the end which of them failed. */
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
