import { SchemaDocument } from '../json-schema/document.ts';
import { unconditionalParts } from '../json-schema/unconditional.ts';
import { type ConsumedType, consumedJson, consumedTypeOf } from '../model/consumed-type.ts';
import type { EndpointDelivery, JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { RawEndpoint } from './structure.ts';

/** An endpoint as written, and what is known of its bodies. */
export interface ConsumesSource {
  readonly raw: RawEndpoint;
  readonly pointer: string;
  readonly maxBodyBytes: number;
  readonly delivery: EndpointDelivery;
}

/** Base64 makes it 16 MB, and a message has no more. */
const maxBinaryBytes = 12_000_000;

/** Reads the media types of an endpoint's bodies, and whether workers get the body as sent. */
export function readConsumes(
  source: ConsumesSource,
  report: Report,
): { readonly consumes: readonly ConsumedType[]; readonly hasRaw: boolean } {
  const { raw, pointer, delivery } = source;
  for (const key of ['consumes', 'raw'] as const) {
    if (raw[key] === undefined) continue;
    const place = extendPointer(pointer, key);
    if (raw.body === undefined)
      report.atKey(place, `\`${key}\` needs a \`body\`; write \`body: true\` for any`);
    if (delivery.foreign?.format === 'raw' && key === 'raw')
      report.atKey(place, '`raw` does nothing with `format: raw`, which sends the body as it came');
    if (delivery.cloudEvents)
      report.atKey(place, `\`${key}\` does not go with \`cloudEvents\`, whose data is JSON`);
  }
  const consumes = raw.consumes?.map(consumedTypeOf) ?? [consumedJson];
  if (raw.consumes) checkTypes(consumes, source, report);
  return { consumes, hasRaw: raw.raw === true };
}

function checkTypes(types: readonly ConsumedType[], source: ConsumesSource, report: Report): void {
  const { raw, pointer, maxBodyBytes, delivery } = source;
  const place = extendPointer(pointer, 'consumes');
  for (const [index, { type, format }] of types.entries()) {
    const fault =
      typeFault(types, index) ?? (raw.body === undefined ? undefined : schemaFault(type, format, raw.body));
    if (fault !== undefined) report.atValue(extendPointer(place, index), fault);
  }
  const isEncoded = types.some(({ format }) => format === 'binary') && delivery.foreign?.format !== 'raw';
  if (isEncoded && maxBodyBytes > maxBinaryBytes) {
    const message = 'bodies that are neither JSON nor text travel as base64, so they have at most 12MB';
    report.atValue(extendPointer(pointer, 'maxBody'), message);
  }
  if (types.every(({ format }) => format === 'binary') && raw.body !== undefined && raw.body !== true) {
    const message = 'no schema is applied to bodies that are neither JSON nor text; write `body: true`';
    report.atKey(extendPointer(pointer, 'body'), message);
  }
}

function typeFault(types: readonly ConsumedType[], index: number): string | undefined {
  const type = types[index]?.type ?? '';
  if (types.findIndex((other) => other.type === type) < index) return `\`${type}\` is listed already`;
  if (type.startsWith('multipart/'))
    return '`multipart` bodies are not accepted; upload files to an object store, and send their names';
  if (/^(?:application|\*)\/\*$/.test(type)) return `\`${type}\` includes JSON and forms; list the types`;
  return undefined;
}

function schemaFault(type: string, format: ConsumedType['format'], body: JsonSchema): string | undefined {
  if (format === 'form' && !mayBe('object', body))
    return `\`${type}\` becomes an object, which \`body\` never accepts`;
  if (format === 'text' && !mayBe('string', body))
    return `\`${type}\` becomes a string, which \`body\` never accepts; add \`string\` to its \`type\``;
  return undefined;
}

/** Looks only at types that hold in any case. */
function mayBe(type: string, body: JsonSchema): boolean {
  return unconditionalParts(new SchemaDocument(body), [body]).every(
    (part) => part['type'] === undefined || [part['type']].flat().includes(type),
  );
}
