import { resolve } from 'node:path';
import { propertiesOf } from './input-schemas.ts';
import type { Use } from '../model/model.ts';
import { extendPointer, nameOf } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import type { WorkerSource } from './worker-source.ts';

/** The built-in handlers, and the only way of travel each is made for. */
const builtIns = { append: 'fanout', page: 'rpc' } as const;

/** Reads a worker's `use`, together with the `table` that a built-in handler needs. */
export function readUse(source: WorkerSource, report: Report): Use | undefined {
  const { use } = source.raw;
  if (use === undefined) return undefined;
  return use === 'append' || use === 'page'
    ? readBuiltIn(use, source, report)
    : readModule(use, source, report);
}

function readBuiltIn(use: keyof typeof builtIns, source: WorkerSource, report: Report): Use | undefined {
  const { raw, pointer, endpoint } = source;
  const delivery = endpoint?.delivery.kind ?? builtIns[use];
  if (delivery !== builtIns[use]) {
    const message = `\`${use}\` only works with \`${builtIns[use]}\`, and \`${raw.on}\` is \`${delivery}\``;
    report.atValue(extendPointer(pointer, 'use'), message);
  }
  checkDropped(use, source, report);
  if (raw.table !== undefined) return { kind: use, table: raw.table };
  if (!report.has(extendPointer(pointer, 'table'))) {
    report.atKey(pointer, `${nameOf(pointer)} lacks the key \`table\`, which \`${use}\` needs`);
  }
  return undefined;
}

/** Of a call, `append` stores the body only, and `page` reads three parameters of the query only. */
const pageArgs = ['offset', 'limit', 'paginationId'];

function checkDropped(use: keyof typeof builtIns, { pointer, endpoint }: WorkerSource, report: Report): void {
  if (!endpoint) return;
  const place = extendPointer(pointer, 'use');
  const [param] = endpoint.paramNames;
  if (param !== undefined) {
    const effect = use === 'append' ? 'stores the body without' : 'answers with all rows, whatever';
    report.atValue(
      place,
      `\`${use}\` ${effect} \`{${param}}\` of \`${endpoint.key}\`; write a module instead`,
    );
  }
  const names = [...propertiesOf(typeof endpoint.query === 'object' ? endpoint.query : {}).keys()];
  const dropped = names.filter((name) => use === 'append' || !pageArgs.includes(name));
  if (dropped.length > 0) {
    report.noteAtKey(
      place,
      `\`${use}\` does not use ${dropped.map((name) => `\`${name}\``).join(', ')} of the query`,
    );
  }
}

/** The path of a file: it does not end in a slash, and has no NUL. */
const modulePath = /^\.{0,2}\/[^\0]*[^/\0]$/;

function readModule(use: string, { raw, pointer, directory }: WorkerSource, report: Report): Use | undefined {
  if (!modulePath.test(use)) {
    report.atValue(extendPointer(pointer, 'use'), `unknown handler \`${use}\`${suggest(use)}`);
    return undefined;
  }
  if (raw.table !== undefined) {
    report.atKey(extendPointer(pointer, 'table'), '`table` only fits `append` and `page`');
  }
  return { kind: 'module', path: resolve(directory, use) };
}

function suggest(use: string): string {
  if (/^[^/].*\.[cm]?[jt]s$/.test(use)) return `; did you mean \`./${use}\`?`;
  const near = didYouMean(use, Object.keys(builtIns));
  return near || '; it is `append`, `page`, or the path of a module, such as `./workers/thumbnail.ts`';
}
