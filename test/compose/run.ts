import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { freePorts } from '../support/free-ports.ts';
import { type Compose, findCompose, linesOf } from './compose.ts';

const shipped = 'docker-compose.yml';

/** Each suite has a deployment of its own, from these files. */
const suites: Readonly<Record<string, readonly string[]>> = {
  deployment: [shipped],
  throughput: [shipped, 'test/compose/jobs/compose.yml'],
  cluster: [shipped, 'deploy/compose.cluster.yml'],
};

/**
 * Deploys for real, runs the tests, and removes the deployment; arguments select suites.
 *
 * BASE_IMAGES_COMMAND names a program that runs first, with the paths of the compose file and the
 * Dockerfile: on a machine that cannot pull their base images, it can build substitutes.
 */
async function main(chosen: readonly string[]): Promise<number> {
  const makeImages = process.env['BASE_IMAGES_COMMAND'];
  if (makeImages) await promisify(execFile)(makeImages, [shipped, 'Dockerfile']);
  for (const suite of chosen.length > 0 ? chosen : Object.keys(suites)) {
    const files = suites[suite];
    if (!files) throw new Error(`there is no suite ${suite}; there are ${Object.keys(suites).join(', ')}`);
    const code = await runSuite(suite, files);
    if (code !== 0) return code;
  }
  return 0;
}

/** Resolves with mocha's exit code. */
async function runSuite(suite: string, files: readonly string[]): Promise<number> {
  const [port = 0] = await freePorts(1);
  const project = `restmapper-test-${suite}-${process.pid}`;
  const { run } = await findCompose({ project, files, port });
  try {
    console.log(`building for ${suite}`);
    await run('build');
    const options = ['--fail-zero', '--bail', '--timeout=600000', `test/compose/${suite}.suite.ts`];
    const mocha = spawn(process.execPath, ['node_modules/mocha/bin/mocha.js', ...options], {
      stdio: 'inherit',
      env: {
        ...process.env,
        COMPOSE_TEST_PROJECT: project,
        COMPOSE_TEST_FILES: files.join(','),
        COMPOSE_TEST_PORT: String(port),
      },
    });
    // An interrupt ends mocha first, then the deployment.
    process.on('SIGINT', () => {}).on('SIGTERM', () => mocha.kill('SIGINT'));
    const [code] = await once(mocha, 'exit');
    if (code !== 0) await printLogs(run);
    return Number(code ?? 1);
  } finally {
    await run('down', '--volumes', '--remove-orphans');
  }
}

/** The last lines of all logs, and nginx's errors. */
async function printLogs(run: Compose['run']): Promise<void> {
  console.log(await run('logs', '--no-color', '--tail=20'));
  const refusals = /\[(error|warn)\]|"status":5/;
  const lines = linesOf(await run('logs', '--no-color', 'nginx')).filter((line) => refusals.test(line));
  console.log(lines.slice(-40).join('\n'));
}

process.exitCode = await main(process.argv.slice(2));
