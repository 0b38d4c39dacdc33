import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A module that cannot be loaded, and its error. */
interface UnloadableModule {
  readonly file: string;
  /** `undefined`: there is no such file. */
  readonly text: string | undefined;
  /** The rest of the error message; `<dir>` stands for the folder of the modules. */
  readonly says: string;
}

/** In a folder whose package.json says `"type": "module"`. */
const javaScript: readonly UnloadableModule[] = [
  {
    file: 'gone.mjs',
    text: undefined,
    says: 'there is no such file; a relative path begins at the folder of the file that names it',
  },
  { file: 'order.js', text: undefined, says: 'there is no such file; did you mean <dir>/order.ts?' },
  { file: 'folder', text: undefined, says: 'it is a folder; name a file in it' },
  {
    file: 'syntax.mjs',
    text: 'const a = 1;\nconst b = ;\n',
    says: "SyntaxError: Unexpected token ';' (<dir>/syntax.mjs:2)",
  },
  {
    file: 'imports-syntax.mjs',
    text: 'import "./syntax.mjs";\n',
    says: "SyntaxError: Unexpected token ';' (<dir>/syntax.mjs:2)",
  },
  {
    file: 'package.mjs',
    text: 'import "@left/padder/fast";\n',
    says: "the package @left/padder is not installed; run `npm install @left/padder` in the module's project",
  },
  {
    file: 'package.cjs',
    text: 'require("left-padder");\n',
    says: "the package left-padder is not installed; run `npm install left-padder` in the module's project",
  },
  {
    file: 'file.cjs',
    text: 'require("./gone");\n',
    says: 'it imports <dir>/gone, which does not exist',
  },
  {
    file: 'builtin.mjs',
    text: 'import "node:nothing";\n',
    says: 'it imports what Node <version> does not have; use a newer Node: No such built-in module: node:nothing',
  },
  {
    file: 'json.mjs',
    text: 'import "./package.json";\n',
    says: "it imports JSON without `with { type: 'json' }`",
  },
  {
    file: 'esm.cjs',
    text: 'export default 1;\n',
    says: 'it is written as an ES module, but read as CommonJS; name it .mjs, or set "type": "module" in its package.json: Unexpected token',
  },
  {
    file: 'commonjs.js',
    text: 'module.exports = 1;\n',
    says: 'it is written as CommonJS, but read as an ES module; use import and export, or name it .cjs: module is not defined',
  },
  {
    file: 'throws.mjs',
    text: '\nthrow new Error("no licence");\n',
    says: 'it throws while it is loaded: Error: no licence (<dir>/throws.mjs:2)',
  },
  { file: 'string.mjs', text: 'throw "no licence";\n', says: 'it throws while it is loaded: no licence' },
  {
    file: 'view.vue',
    text: '<template/>\n',
    says: 'it is nothing that Node runs; name a file that ends with .js, .mjs, .cjs or .ts',
  },
];

const typeScript: readonly UnloadableModule[] = [
  {
    file: 'enum.ts',
    text: 'export enum Size { Small }\n',
    says: 'it has TypeScript that cannot be stripped; write it otherwise, or install tsx and set NODE_OPTIONS=--import=tsx: TypeScript enum is not supported in strip-only mode (<dir>/enum.ts:1)',
  },
  {
    file: 'property.ts',
    text: 'class Shop {\n  constructor(readonly name: string) {}\n}\nexport default new Shop("tea");\n',
    says: 'it has TypeScript that cannot be stripped; write it otherwise',
  },
  {
    file: 'type-as-value.ts',
    text: 'import { Order } from "./order.ts";\nexport default {} as Order;\n',
    says: 'it imports a name that is not exported; a type is imported by `import type`: The requested module',
  },
  {
    file: 'no-extension.ts',
    text: 'import { maximum } from "./order";\nexport default maximum;\n',
    says: 'it imports <dir>/order, which does not exist; import <dir>/order.ts, since an import names the file with its extension',
  },
  { file: 'syntax.ts', text: 'const a: = 1;\n', says: 'SyntaxError: Unexpected token `=`' },
];

const noTypeScript =
  "it is TypeScript, which Node <version> does not read; use Node 22.18 or later, or run `npm install --save-dev tsx` in the module's project";

/** The output of `check` on a version of Node without a loader, in the order of the file. */
export function unloadableSentences(directory: string, nodeVersion: string): readonly string[] {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const readsTypeScript = major > 22 || (major === 22 && minor >= 18);
  return [
    ...javaScript,
    ...typeScript.map((module) => (readsTypeScript ? module : { ...module, says: noTypeScript })),
  ].map(({ file, says }) =>
    `worker ${workerOf(file)}: cannot load <dir>/${file}: ${says}`
      .replaceAll('<dir>', directory)
      .replaceAll('<version>', nodeVersion),
  );
}

/** Writes the modules and a file that uses all of them into a folder; returns the file's path. */
export async function writeUnloadableModules(directory: string): Promise<string> {
  const modules = [...javaScript, ...typeScript];
  await mkdir(join(directory, 'folder'), { recursive: true });
  const texts: Readonly<Record<string, string | undefined>> = {
    'package.json': '{ "private": true, "type": "module" }\n',
    'order.ts': 'export interface Order {}\nexport const maximum: number = 1;\n',
    'endpoints.yaml': `endpoints:\n  POST /a: { fanout: true }\nworkers:\n${modules
      .map(({ file }) => `  ${workerOf(file)}: { on: POST /a, queue: ${workerOf(file)}, use: ./${file} }\n`)
      .join('')}`,
    ...Object.fromEntries(modules.map(({ file, text }) => [file, text])),
  };
  for (const [file, text] of Object.entries(texts)) {
    if (text !== undefined) await writeFile(join(directory, file), text);
  }
  return join(directory, 'endpoints.yaml');
}

function workerOf(file: string): string {
  return file.replaceAll(/\W/g, '_');
}
