import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The time limit of a single command; the first build takes longest. */
const timeoutMs = 15 * 60_000;

/** A deployment of Compose files under a name of its own. */
export interface Compose {
  /** The command with its options, as a shell takes it. */
  readonly command: string;
  /** Runs a subcommand; returns its standard output. */
  run(...args: string[]): Promise<string>;
  /** The ids of a service's running containers, or of all services. */
  containers(service?: string): Promise<readonly string[]>;
}

export interface ComposeOptions {
  readonly project: string;
  /** Later files override earlier ones. */
  readonly files: readonly string[];
  /** The port that nginx is published on. */
  readonly port: number;
}

/** Finds Docker Compose, as a plugin or as a program. @throws Error without it, or without Docker. */
export async function findCompose({ project, files, port }: ComposeOptions): Promise<Compose> {
  await docker('info');
  const isPlugin = await docker('compose', 'version').then(
    () => true,
    () => false,
  );
  const [program, ...first] = isPlugin ? ['docker', 'compose'] : ['docker-compose'];
  const named = files.flatMap((file) => ['--file', file]);
  const options = [...first, '--project-name', project, ...named];
  const env = { ...process.env, PORT: String(port), LOG_LEVEL: 'warn' };
  const run = async (...args: string[]): Promise<string> =>
    (await runFile(program ?? '', [...options, ...args], { env, timeout: timeoutMs, maxBuffer: 2 ** 26 }))
      .stdout;
  return {
    command: [program, ...options].join(' '),
    run,
    async containers(service) {
      const labels = [`project=${project}`, ...(service ? [`service=${service}`] : [])];
      const filters = labels.flatMap((label) => ['--filter', `label=com.docker.compose.${label}`]);
      return linesOf(await docker('ps', '--quiet', '--no-trunc', ...filters));
    },
  };
}

/** Finds the deployment under test. */
export async function findDeployed(): Promise<Compose> {
  const { COMPOSE_TEST_PROJECT: project = '', COMPOSE_TEST_FILES: files = '' } = process.env;
  return findCompose({ project, files: files.split(','), port: deployedPort });
}

/** The port of the deployment under test. */
export const deployedPort = Number(process.env['COMPOSE_TEST_PORT']);

export async function docker(...args: string[]): Promise<string> {
  return (await runFile('docker', args, { timeout: timeoutMs })).stdout;
}

export function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
