import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { findFaults } from '../faults/find-faults.ts';
import { programs } from '../support/programs.ts';
import { runInRoot } from './run-in-root.ts';
import { canBuildRoot, openNewestRoot } from './root.ts';

const suites: Readonly<Record<string, readonly string[]>> = {
  bus: ['packages/bus/test/**/*.test.ts'],
  workers: ['packages/workers/test/**/*.test.ts'],
  faults: ['test/faults/**/*.test.ts'],
  // That example's application has queues that are neither durable nor exclusive, which RabbitMQ 4.3 refuses.
  system: ['test/system/**/!(fpesa-example).test.ts'],
};

const node = ['--conditions=@restmapper/source', '--import', 'tsx'];

/**
 * Runs tests on the newest RabbitMQ, PostgreSQL and nginx, which may be newer than this machine's.
 *
 * Arguments are suites (bus, workers, faults, system), faults by number, or mocha's: files and options.
 * As root on Debian, the tests run in a root of their own with Debian's newest packages; elsewhere, the
 * two servers run in Docker.
 */
async function main(args: readonly string[]): Promise<number> {
  const wanted = await expand(args);
  if (await canBuildRoot()) {
    const root = await openNewestRoot();
    console.error(root.versions);
    return runInRoot(root.folder, [...node, 'test/newest/on-servers.ts', ...wanted]);
  }
  return runWithDocker(wanted);
}

/** Replaces suites and faults by their files; without any, all suites. */
async function expand(args: readonly string[]): Promise<readonly string[]> {
  const faults = await findFaults();
  const expanded = args.flatMap((arg) => suites[arg] ?? faults.get(arg.toUpperCase()) ?? [arg]);
  const hasFiles = expanded.some((arg) => arg.includes('.test.ts'));
  return hasFiles ? expanded : [...expanded, ...Object.values(suites).flat()];
}

async function runWithDocker(args: readonly string[]): Promise<number> {
  for (const { dockerImage } of [programs.rabbitmq, programs.postgresql]) {
    await promisify(execFile)('docker', ['pull', '--quiet', dockerImage]).catch((cause: unknown) => {
      throw new Error('The newest servers need root on Debian, or a Docker that can pull images.', { cause });
    });
  }
  const { TEST_AMQP_URL: _broker, TEST_DATABASE_URL: _database, ...env } = process.env;
  const child = spawn(process.execPath, [...node, 'test/newest/on-servers.ts', ...args], {
    stdio: 'inherit',
    env: { ...env, TEST_SERVERS: 'docker' },
  });
  process.on('SIGINT', () => {}).on('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return Number(code ?? 1);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  },
);
