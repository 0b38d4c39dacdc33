import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { npmInstall } from '../support/npm-install.ts';

/** Tools that read documents and events, in the versions that the tests expect. They are too large for the workspace. */
const versions = {
  '@asyncapi/parser': '3.6.6',
  '@hey-api/openapi-ts': '0.95.0',
  '@redocly/cli': '2.77.0',
  '@stoplight/spectral-cli': '6.16.3',
  cloudevents: '10.0.0',
  'openapi-fetch': '0.17.0',
  'openapi-typescript': '7.13.0',
  orval: '7.13.2',
  typescript: '5.9.3',
};

/** Kept between runs; `npm ci` deletes it. */
const folder = resolve('node_modules/.cache/documents');

/** Installs the tools from npm, unless they are there; returns their folder. */
export async function fetchTools(): Promise<string> {
  const manifest = JSON.stringify({ private: true, type: 'module', dependencies: versions });
  const done = join(folder, 'fetched.json');
  if (existsSync(done) && (await readFile(done, 'utf8')) === manifest) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), manifest);
  await npmInstall(folder, []);
  await writeFile(done, manifest);
  return folder;
}

/** The result of a tool. */
export interface ToolRun {
  readonly code: number;
  readonly output: string;
}

/** Runs a tool without network access. */
export async function runTool(name: string, args: readonly string[], cwd = folder): Promise<ToolRun> {
  const program = join(folder, 'node_modules/.bin', name);
  const env = {
    PATH: process.env.PATH,
    HOME: cwd,
    NO_COLOR: '1',
    REDOCLY_TELEMETRY: 'off',
    REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
  };
  const run = promisify(execFile)(program, args, { cwd, env, maxBuffer: 10_000_000 });
  return run.then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    // `execFile` rejects with the exit code and the output.
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      output: stdout + stderr,
    }),
  );
}
