import { posix } from 'node:path';
import { declarationOf, reachDeclarations, type Tree } from './package-tree.ts';
import { rewriteSpecifiers } from './specifiers.ts';

/**
 * The modules that `require` finds: each requires the ES module, so that a process has only one copy of it,
 * and has declarations for CommonJS beside those for ES modules.
 */
export function commonJsTwins(tree: Tree, entries: readonly string[]): Tree {
  const modules = entries.map((entry): [string, string] => [
    toCommonJs(entry),
    `'use strict';\nmodule.exports = require('./${posix.basename(entry)}');\n`,
  ]);
  const declarations = [...reachDeclarations(tree, entries.map(declarationOf))].map(
    (path): [string, string] => {
      const text = String(tree.get(path));
      const rewrite = (name: string): string => (name.startsWith('.') ? toCommonJs(name) : name);
      return [path.replace(/\.d\.ts$/, '.d.cts'), rewriteSpecifiers({ fileName: path, text }, rewrite)];
    },
  );
  return new Map([...modules, ...declarations]);
}

/** `a.cjs` for `a.js`. */
export function toCommonJs(path: string): string {
  return path.replace(/\.js$/, '.cjs');
}
