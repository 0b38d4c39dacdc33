import { isOwn } from '../deliveries/deliveries.ts';
import { pathsOf } from '../model/call-template.ts';
import type { ForeignTarget } from '../model/foreign-target.ts';
import type { Endpoint, Model, Source } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { callPathFault } from '../model/call-path-check.ts';
import { propertiesOf } from '../model/schema-properties.ts';
import { checkReplyExchanges } from './reply-exchange-check.ts';
import { checkNotOwn, type OwnNames, ownNames } from './own-names.ts';

/** Reports what does not fit endpoints whose calls go to another application. */
export function checkForeign(model: Model, report: Report): void {
  const taken = ownNames(model);
  for (const endpoint of model.endpoints) {
    const { key, feed, delivery } = endpoint;
    const { foreign, kind } = delivery;
    if (!foreign) continue;
    const pointer = extendPointer('/endpoints', key);
    const place = extendPointer(pointer, kind);
    if (feed !== undefined) {
      const message = `\`feed\` needs an exchange of this file, and \`${key}\` sends its messages to another application`;
      report.atKey(extendPointer(pointer, 'feed'), message);
    }
    checkTarget(foreign, { taken, place, report });
    if (foreign.kind === 'exchange') checkRoutingKey(endpoint, { foreign, place, report });
    if (foreign.format === 'raw') noteLeftOut(endpoint, { foreign, place, report });
  }
  checkReplyExchanges(model, taken, report);
  for (const output of model.outputs) checkOutput(output, { taken, report });
  checkNames(model, report);
  for (const { key, delivery } of model.internal) {
    if (!delivery.foreign) continue;
    const message = '`queue` only fits endpoints: a source between workers has a queue of its own';
    report.atKey(extendPointer('/internal', key, delivery.kind, 'queue'), message);
  }
  checkForeignWorkers(model, report);
}

function checkOutput(
  output: Source,
  { taken, report }: { readonly taken: OwnNames; readonly report: Report },
): void {
  const place = extendPointer('/outputs', output.key);
  const { foreign } = output.delivery;
  if (foreign?.kind !== 'exchange') return;
  checkTarget(foreign, { taken, place, report });
  checkRoutingKey(output, { foreign, place, report });
}

/** The sources that have names, and what each of them is. */
const named = [
  ['internal', 'an internal source'],
  ['inputs', 'an input'],
  ['outputs', 'an output'],
] as const;

/** Reports a name that two of them have. */
function checkNames(model: Model, report: Report): void {
  const owners = new Map<string, string>();
  for (const [section, what] of named) {
    for (const { key } of model[section]) {
      const owner = owners.get(key);
      owners.set(key, owner ?? what);
      if (owner === undefined) continue;
      report.atKey(
        extendPointer('', section, key),
        `\`${key}\` is also ${owner}; give one of them another name`,
      );
    }
  }
}

function checkForeignWorkers(model: Model, report: Report): void {
  for (const { name, on } of model.workers) {
    const source = sourcesOf(model).find(({ key }) => key === on);
    if (!source || isOwn(source) || source.origin) continue;
    const message = `no worker of this file can have the messages of \`${on}\`, which go to another application`;
    report.atValue(extendPointer('/workers', name, 'on'), message);
  }
}

interface Place {
  readonly place: string;
  readonly report: Report;
}

function checkTarget(target: ForeignTarget, parts: Place & { readonly taken: OwnNames }): void {
  const { kind } = target;
  checkNotOwn({ kind, name: target.kind === 'queue' ? target.queue : target.exchange }, parts);
}

function checkRoutingKey(
  source: Source,
  { foreign, place, report }: Place & { foreign: ForeignTarget & { kind: 'exchange' } },
): void {
  const pointer = extendPointer(place, 'routingKey');
  const { parts } = foreign.routingKey;
  for (const path of pathsOf(foreign.routingKey)) {
    const fault = callPathFault(path, source);
    if (fault !== undefined) report.atValue(pointer, fault);
  }
  if (parts.some((part) => typeof part === 'string' && /(?:^|\.)[*#](?:\.|$)/.test(part)))
    report.noteAtKey(
      pointer,
      'messages are published with `*` and `#` as they are; only bindings have patterns',
    );
}

/** A raw body is the data alone; a value that is nowhere else is lost. */
function noteLeftOut(
  { paramNames, query }: Endpoint,
  { foreign, place, report }: Place & { foreign: ForeignTarget },
): void {
  const paths = foreign.kind === 'exchange' ? pathsOf(foreign.routingKey) : [];
  const isSent = (part: 'params' | 'args', name: string): boolean =>
    paths.some((path) => path.part === part && path.names[0] === name);
  const args = [...propertiesOf(typeof query === 'object' ? query : {}).keys()];
  const lost = [
    ...paramNames.filter((name) => !isSent('params', name)).map((name) => `\`{${name}}\``),
    ...args.filter((name) => !isSent('args', name)).map((name) => `\`${name}\``),
  ];
  if (lost.length === 0) return;
  report.noteAtKey(place, `the message has no ${lost.join(', ')}: with \`format: raw\` it is the body alone`);
}
