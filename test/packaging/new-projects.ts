import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join, resolve } from 'node:path';
import { execute } from './tarballs.ts';

/** The packages that a TypeScript project installs for development, as this repository has them. */
const development = ['typescript', 'tsx', '@types/node'];

interface NewProject {
  /** A project with restmapper installed; the new one is a folder in it, and finds it there. */
  readonly parent: string;
  /** The version of Node to run, and the command. */
  readonly program: readonly string[];
  readonly name: string;
  readonly options?: readonly string[];
}

/** Runs `restmapper init`; returns the project's folder. */
export async function initProject({ parent, program, name, options = [] }: NewProject): Promise<string> {
  const [node = '', command = ''] = program;
  await execute(node, [command, 'init', name, ...options], { cwd: parent });
  return join(parent, name);
}

/** Adds the packages that npm would install for development to a project. */
export async function linkDevelopment(project: string): Promise<void> {
  for (const name of development) {
    const link = join(project, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(resolve('node_modules', name), link);
  }
}

/** Runs a script of a project with npm, on a version of Node; returns its output. */
export async function runScript(project: string, script: string, node: string): Promise<string> {
  const path = [dirname(node), process.env.PATH, resolve('node_modules/.bin')].join(delimiter);
  const { stdout } = await execute('npm', ['run', script], {
    cwd: project,
    env: { ...process.env, PATH: path },
  });
  return stdout;
}
