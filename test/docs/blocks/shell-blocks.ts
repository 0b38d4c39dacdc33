import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { problemsOfCompose } from './compose-calls.ts';
import { problemsOfCall } from './restmapper-calls.ts';
import { type ShellCommand, shellCommandsOf } from './shell-commands.ts';

/** Programs that a reader has, or installs as the text says; their arguments are not checked. */
const others =
  'cd cp curl export for git jq kill kubectl mkdir node openssl printf promtool psql python3 rabbitmqctl sed'.split(
    ' ',
  );

/** Words in angle brackets, which stand for what the reader fills in. */
const placeholder = /<(\w+)>/g;

/** What is wrong with a block of shell commands: its syntax, or a name that does not exist. */
export function problemsOfShell(text: string): readonly string[] {
  const filled = text.replaceAll(placeholder, '$1');
  return [...problemsOfSyntax(filled), ...shellCommandsOf(filled).flatMap(problemsOfCommand)];
}

/** What is wrong with a command that a sentence mentions, which may leave out arguments. */
export function problemsOfMention(text: string): readonly string[] {
  const [command] = shellCommandsOf(text.replaceAll(placeholder, '$1'));
  return problemsOfCommand(command ?? []).filter((problem) => !problem.includes(': it lacks '));
}

function problemsOfSyntax(text: string): readonly string[] {
  try {
    execFileSync('bash', ['-n'], { input: text, stdio: 'pipe' });
    return [];
  } catch (error) {
    return [String((error as { readonly stderr?: Buffer }).stderr)];
  }
}

function problemsOfCommand([program = '', ...args]: ShellCommand): readonly string[] {
  if (program === 'restmapper') return problemsOfCall(args);
  if (program === 'npm') return problemsOfNpm(args);
  if (program === 'npx') return problemsOfNpx(args);
  if (program === 'docker') return args[0] === 'compose' ? problemsOfCompose(args.slice(1)) : [];
  if (program.includes('/')) return existsSync(program) ? [] : [`there is no file ${program}`];
  return others.includes(program)
    ? []
    : [`nothing checks the command ${program}; if readers have it, list it in shell-blocks.ts`];
}

function problemsOfNpm([command = '', ...args]: ShellCommand): readonly string[] {
  if (['ci', 'init', 'install', 'pkg'].includes(command)) return [];
  const [name = '', ...rest] = command === 'run' ? args : [command, ...args];
  const given = rest.filter((word) => word !== '--');
  if (!scripts().has(name)) return [`there is no script ${name}`];
  if (name === 'restmapper') return problemsOfCall(given);
  return name === 'test' ? missingPaths(given).map((path) => `there is no ${path}`) : [];
}

/** The scripts of this repository, and of the projects that `restmapper init` writes. */
function scripts(): ReadonlySet<string> {
  const manifests = ['package.json', 'packages/cli/templates/typescript/package.json'];
  return new Set(
    manifests.flatMap((path) => {
      const { scripts } = JSON.parse(readFileSync(path, 'utf8')) as { readonly scripts: object };
      return Object.keys(scripts);
    }),
  );
}

function missingPaths(words: readonly string[]): readonly string[] {
  return words.filter((word) => /^(packages|test)\//.test(word) && !word.includes('*') && !existsSync(word));
}

function problemsOfNpx(args: readonly string[]): readonly string[] {
  const [program, ...rest] = args.filter((word) => !word.startsWith('--package='));
  if (program === 'openapi-typescript' || program === 'tsc') return [];
  return program === 'restmapper' ? problemsOfCall(rest) : [`nothing checks npx ${program}`];
}
