import { checkFilledDefaults } from '../json-schema/default-check.ts';
import { checkJsonSchema } from '../json-schema/json-schema-check.ts';
import type { Source } from '../model/model.ts';
import { internalExchangeName } from '../model/names.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { querySchema } from './input-schemas.ts';
import { checkObjectType, checkReplyKind, readDelivery } from './source-reader.ts';
import type { RawFile, RawInternal } from './structure.ts';

/** Completes the internal sources with every default; those whose kind is unclear are reported, and missing. */
export function readInternal({ internal }: RawFile, report: Report): readonly Source[] {
  return Object.entries(internal ?? {}).flatMap(([name, raw]) => readSource(name, raw, report) ?? []);
}

function readSource(name: string, raw: RawInternal, report: Report): Source | undefined {
  const pointer = extendPointer('/internal', name);
  const { summary = '', description = '', body, args, reply, feed } = raw;
  checkSchemas(raw, pointer, report);
  checkReplyKind({ raw, pointer }, report);
  const delivery = readDelivery({ raw, pointer }, report);
  if (delivery?.answersId) {
    const place = extendPointer(pointer, delivery.kind, 'answer');
    report.atKey(place, '`answer` only fits endpoints: workers get no answer');
  }
  if (!delivery) return undefined;
  return {
    key: name,
    summary,
    description,
    delivery,
    body,
    query: args && querySchema(args),
    paramNames: [],
    params: undefined,
    headers: undefined,
    reply,
    feed,
    exchange: internalExchangeName(name),
  };
}

function checkSchemas({ body, args, reply }: RawInternal, pointer: string, report: Report): void {
  const [bodyPlace, argsPlace] = [extendPointer(pointer, 'body'), extendPointer(pointer, 'args')];
  if (body !== undefined && checkJsonSchema(body, bodyPlace, report)) {
    checkFilledDefaults(body, bodyPlace, report);
  }
  if (args) checkJsonSchema(args, argsPlace, report);
  checkObjectType(args, argsPlace, report);
  if (reply !== undefined) checkJsonSchema(reply, extendPointer(pointer, 'reply'), report);
}
