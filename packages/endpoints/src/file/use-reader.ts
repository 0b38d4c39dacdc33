import { resolve } from 'node:path';
import { callPathsOf, findHandler, handlers, handlersWith } from '../handlers/handlers.ts';
import type { CallPart, CallPath } from '../model/call-path.ts';
import { propertiesOf } from '../model/schema-properties.ts';
import type { Use } from '../model/use.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import { isModulePath, looksLikeModule } from './module-path.ts';
import type { WorkerSource } from './worker-source.ts';

type Spec = NonNullable<ReturnType<typeof findHandler>>;

/** Reads a worker's `use`, and the keys of its handler. */
export function readUse(source: WorkerSource, report: Report): Use | undefined {
  const { use } = source.raw;
  if (use === undefined) return undefined;
  const spec = findHandler(use);
  return spec ? readBuiltIn(spec, source, report) : readModule(use, source, report);
}

function readBuiltIn(spec: Spec, source: WorkerSource, report: Report): Use | undefined {
  const { raw, pointer, endpoint } = source;
  const { key } = spec;
  const delivery = endpoint?.delivery.kind ?? spec.delivery;
  if (delivery !== spec.delivery) {
    const what = endpoint?.origin ? 'an input' : `\`${delivery}\``;
    const message = `\`${key}\` only works with \`${spec.delivery}\`, and \`${raw.on}\` is ${what}`;
    report.atValue(extendPointer(pointer, 'use'), message);
  }
  if (raw.with !== undefined) report.atKey(extendPointer(pointer, 'with'), '`with` only fits a module');
  checkForeignKeys(spec.keys, source, report);
  const options = spec.read(source, report);
  // The options are of the spec's kind.
  const used = options && ({ kind: key, ...options } as Use);
  checkDropped(spec, { ...source, paths: used ? callPathsOf(used) : [] }, report);
  return used;
}

/** Reports keys that only other handlers read. */
function checkForeignKeys(own: object, { raw, pointer }: WorkerSource, report: Report): void {
  for (const key of Object.keys(raw)) {
    const readers = Object.hasOwn(own, key) ? [] : handlersWith(key);
    if (readers.length === 0) continue;
    report.atKey(extendPointer(pointer, key), `\`${key}\` only fits ${namesOf(readers)}`);
  }
}

/** Reports the parts of a call that a built-in handler ignores. */
function checkDropped(
  { key, args, droppedParam, keyOfParams }: Spec,
  { pointer, endpoint, paths }: WorkerSource & { readonly paths: readonly CallPath[] },
  report: Report,
): void {
  if (!endpoint || droppedParam === undefined) return;
  const place = extendPointer(pointer, 'use');
  const isUsed = (part: CallPart, name: string): boolean =>
    paths.some((path) => path.part === part && path.names[0] === name);
  const param = endpoint.paramNames.find((name) => !isUsed('params', name));
  if (param !== undefined) {
    const remedy =
      keyOfParams === undefined
        ? 'write a module instead'
        : `name \`params.${param}\` under \`${keyOfParams}\``;
    report.atValue(place, `\`${key}\` ${droppedParam} \`{${param}}\` of \`${endpoint.key}\`; ${remedy}`);
  }
  const names = [...propertiesOf(typeof endpoint.query === 'object' ? endpoint.query : {}).keys()];
  const dropped = names.filter((name) => !Object.hasOwn(args, name) && !isUsed('args', name));
  if (dropped.length > 0) {
    report.noteAtKey(
      place,
      `\`${key}\` does not use ${dropped.map((name) => `\`${name}\``).join(', ')} of the query`,
    );
  }
}

const builtIns = Object.keys(handlers);

function readModule(use: string, source: WorkerSource, report: Report): Use | undefined {
  const { raw, pointer, directory } = source;
  if (!isModulePath(use)) {
    report.atValue(extendPointer(pointer, 'use'), `unknown handler \`${use}\`${suggest(use)}`);
    return undefined;
  }
  checkForeignKeys({}, source, report);
  return { kind: 'module', path: resolve(directory, use), ...(raw.with && { options: raw.with }) };
}

function suggest(use: string): string {
  if (looksLikeModule(use)) return `; did you mean \`./${use}\`?`;
  const near = didYouMean(use, builtIns);
  return (
    near ||
    `; it is ${builtIns.map((name) => `\`${name}\``).join(', ')}, or the path of a module, such as \`./workers/thumbnail.ts\``
  );
}
