import { resolve } from 'node:path';
import type { HandlerSpec } from '../handlers/handler-spec.ts';
import { findHandler, handlers } from '../handlers/handlers.ts';
import { propertiesOf } from './input-schemas.ts';
import type { Use } from '../model/model.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer, nameOf } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { didYouMean } from '../yaml/suggestion.ts';
import type { WorkerSource } from './worker-source.ts';

/** Reads a worker's `use`, and the `table` that a built-in handler requires. */
export function readUse(source: WorkerSource, report: Report): Use | undefined {
  const { use } = source.raw;
  if (use === undefined) return undefined;
  const spec = findHandler(use);
  return spec ? readBuiltIn(spec, source, report) : readModule(use, source, report);
}

function readBuiltIn(spec: HandlerSpec, source: WorkerSource, report: Report): Use | undefined {
  const { raw, pointer, endpoint } = source;
  const { key } = spec;
  const delivery = endpoint?.delivery.kind ?? spec.delivery;
  if (delivery !== spec.delivery) {
    const message = `\`${key}\` only works with \`${spec.delivery}\`, and \`${raw.on}\` is \`${delivery}\``;
    report.atValue(extendPointer(pointer, 'use'), message);
  }
  checkDropped(spec, source, report);
  if (raw.table !== undefined) return { kind: key, table: raw.table };
  if (!report.has(extendPointer(pointer, 'table'))) {
    report.atKey(pointer, `${nameOf(pointer)} lacks the key \`table\`, which \`${key}\` needs`);
  }
  return undefined;
}

/** Reports the parts of a call that a built-in handler ignores. */
function checkDropped(
  { key, args, droppedParam }: HandlerSpec,
  { pointer, endpoint }: WorkerSource,
  report: Report,
): void {
  if (!endpoint) return;
  const place = extendPointer(pointer, 'use');
  const [param] = endpoint.paramNames;
  if (param !== undefined) {
    report.atValue(
      place,
      `\`${key}\` ${droppedParam} \`{${param}}\` of \`${endpoint.key}\`; write a module instead`,
    );
  }
  const names = [...propertiesOf(typeof endpoint.query === 'object' ? endpoint.query : {}).keys()];
  const dropped = names.filter((name) => !Object.hasOwn(args, name));
  if (dropped.length > 0) {
    report.noteAtKey(
      place,
      `\`${key}\` does not use ${dropped.map((name) => `\`${name}\``).join(', ')} of the query`,
    );
  }
}

const builtIns = Object.keys(handlers);

/** Matches the path of a file: no trailing slash, no NUL. */
const modulePath = /^\.{0,2}\/[^\0]*[^/\0]$/;

function readModule(use: string, { raw, pointer, directory }: WorkerSource, report: Report): Use | undefined {
  if (!modulePath.test(use)) {
    report.atValue(extendPointer(pointer, 'use'), `unknown handler \`${use}\`${suggest(use)}`);
    return undefined;
  }
  if (raw.table !== undefined) {
    report.atKey(extendPointer(pointer, 'table'), `\`table\` only fits ${namesOf(builtIns)}`);
  }
  return { kind: 'module', path: resolve(directory, use) };
}

function suggest(use: string): string {
  if (/^[^/].*\.[cm]?[jt]s$/.test(use)) return `; did you mean \`./${use}\`?`;
  const near = didYouMean(use, builtIns);
  return (
    near ||
    `; it is ${builtIns.map((name) => `\`${name}\``).join(', ')}, or the path of a module, such as \`./workers/thumbnail.ts\``
  );
}
