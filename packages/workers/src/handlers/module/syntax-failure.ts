import { execFile } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readModuleFiles } from './module-files.ts';
import { withoutRevisions } from './revised-url.ts';

/** What a message of Node or V8 means, and what to do; the extension is the one that the module's file has. */
const meanings: readonly (readonly [pattern: RegExp, explain: (extension: string) => string])[] = [
  [
    /outside a module$|^Unexpected token 'export'$|^await is only valid|^Cannot require\(\) ES Module .* in a cycle/,
    (extension) =>
      `it is written as an ES module, but read as CommonJS; name it ${withLetter(extension, 'm')}, or set "type": "module" in its package.json`,
  ],
  [
    /^(?:require|module|exports|__filename|__dirname) is not defined/,
    (extension) =>
      `it is written as CommonJS, but read as an ES module; use import and export, or name it ${withLetter(extension, 'c')}`,
  ],
  [
    /does not provide an export named/,
    () => 'it imports a name that is not exported; a type is imported by `import type`',
  ],
  [
    /is not supported in strip-only mode$/,
    () =>
      'it has TypeScript that cannot be stripped; write it otherwise, or install tsx and set NODE_OPTIONS=--import=tsx',
  ],
];

/** How many files of a project are checked for the place of an error. */
const mostChecked = 20;

/** Explains an error of syntax, or of modules of the wrong kind; `undefined` for any other. */
export async function explainSyntax(error: Error, path: string): Promise<string | undefined> {
  const [message = ''] = error.message.split('\n');
  const explained = meanings.find(([pattern]) => pattern.test(message))?.[1](extname(path));
  if (explained !== undefined) return `${explained}: ${message}${placeOf(error)}`;
  if (error.name === 'TransformError') return `SyntaxError: ${error.message.split('\n')[1] ?? message}`;
  if (error.name !== 'SyntaxError') return undefined;
  return `SyntaxError: ${message}${placeOf(error) || (await placeOfSyntaxError(path))}`;
}

/** ` (<file>:<line>)`, where the error says it. */
export function placeOf(error: Error): string {
  const { message } = error;
  const stack = withoutRevisions(error.stack ?? '');
  const [first = ''] = stack.split('\n');
  const frames = stack.slice(stack.indexOf(message) + message.length);
  const place = /^(?:file:\/\/|\/).*:\d+$/.test(first)
    ? first
    : /(?:\(|at )((?:file:\/\/|\/)[^)]*?:\d+)(?::\d+)?\)?$/m.exec(frames)?.[1];
  return place === undefined ? '' : ` (${place.startsWith('file:') ? fileURLToPath(place) : place})`;
}

/** Asks another Node, because V8 tells the place of an error in an ES module only to what prints it. */
async function placeOfSyntaxError(path: string): Promise<string> {
  const files = [...readModuleFiles([path]).keys()].filter((file) => extname(file) !== '.json');
  for (const file of files.slice(0, mostChecked)) {
    const [first = ''] = (await check(file)).split('\n');
    if (/:\d+$/.test(first)) return ` (${first.startsWith('file:') ? fileURLToPath(first) : first})`;
  }
  return ' in a module that it imports';
}

/** What Node prints if a file's syntax is wrong. */
function check(file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['--check', file], { timeout: 5_000 }, (_error, _stdout, stderr) =>
      resolve(stderr),
    );
  });
}

/** `.ts` with `m` is `.mts`. */
function withLetter(extension: string, letter: string): string {
  return `.${letter}${extension.replace(/^\.[cm]?/, '')}`;
}
