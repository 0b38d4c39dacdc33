import { deliveries, kindsThat } from '../deliveries/deliveries.ts';
import type { EndpointDelivery } from '../model/model.ts';
import { resolveIn, SchemaParts } from '../model/schema-parts.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer, nameOf } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawDeliveries, RawSchema } from './structure.ts';

/** A source of messages as written, and its place. */
export interface WrittenSource {
  readonly raw: RawDeliveries & { readonly reply?: RawSchema | boolean };
  readonly pointer: string;
}

/** Reads every kind of delivery present, although only one is allowed. */
export function readDelivery({ raw, pointer }: WrittenSource, report: Report): EndpointDelivery | undefined {
  const found = Object.values(deliveries).flatMap(({ key, read }) => {
    const written = raw[key];
    return written === undefined ? [] : [read(written, { pointer: extendPointer(pointer, key), report })];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** Reports a `reply` where no worker answers. */
export function checkReplyKind({ raw, pointer }: WrittenSource, report: Report): void {
  const kinds = Object.values(deliveries).filter(({ key }) => raw[key] !== undefined);
  const [kind] = kinds;
  if (raw.reply === undefined || !kind || kinds.some((spec) => spec.isAnswered)) return;
  const message = `\`reply\` only fits ${namesOf(kindsThat({ areAnswered: true }))}: no worker answers a \`${kind.key}\``;
  report.atKey(extendPointer(pointer, 'reply'), message);
}

/** Reports a schema for named texts, such as a query, that no object satisfies. */
export function checkObjectType(schema: RawSchema | undefined, pointer: string, report: Report): void {
  if (schema === undefined) return;
  const subject = `${nameOf(pointer)} is always an object`;
  for (const part of new SchemaParts(resolveIn(schema)).always([schema])) {
    const types = [part['type'] ?? []].flat().map(String);
    if (types.length === 0 || types.includes('object')) continue;
    if (part === schema) report.atValue(extendPointer(pointer, 'type'), `${subject}; leave \`type\` out`);
    else report.atKey(pointer, `${subject}, and what it refers to has the type ${types.join(' or ')}`);
  }
}
