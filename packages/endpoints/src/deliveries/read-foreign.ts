import { parseCallTemplate } from '../model/call-template.ts';
import {
  type ForeignExchange,
  foreignFormats,
  foreignNameFault,
  type ForeignQueue,
} from '../model/foreign-target.ts';
import type { JsonObject } from '../model/json.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { DeliveryPlace, RawForeign } from './delivery-spec.ts';

/** The schema of `format`. */
export const formatSchema: JsonObject = {
  title: 'Format',
  description:
    "What the message's body is: `raw`, the request's body alone, as it was sent; or `envelope`, which also has query, path parameters and caller, as the workers of this file receive them.",
  enum: foreignFormats,
  default: 'raw',
  examples: ['envelope'],
};

/** The schema of a name of another application's exchange or queue. */
export function nameSchema(title: string, description: string, example: string): JsonObject {
  return {
    title,
    description,
    type: 'string',
    minLength: 1,
    errorMessage: 'must be text, not empty',
    examples: [example],
  };
}

/** Reads the queue of another application. */
export function readForeignQueue(
  { queue, format = 'raw', replyExchange }: RawForeign,
  place: DeliveryPlace,
): { readonly foreign?: ForeignQueue } {
  if (queue === undefined) {
    const { pointer, report } = place;
    for (const key of ['format', 'replyExchange']) {
      const keyPlace = extendPointer(pointer, key);
      if (report.has(keyPlace))
        report.atKey(keyPlace, `\`${key}\` only fits a \`queue\` of another application`);
    }
    return {};
  }
  checkName('queue', queue, place);
  if (replyExchange !== undefined) checkName('replyExchange', replyExchange, place);
  return { foreign: { kind: 'queue', queue, format, ...(replyExchange !== undefined && { replyExchange }) } };
}

/** Reads the exchange of another application, and the template of its routing keys. */
export function readForeignExchange(
  { exchange = '', routingKey = '', format = 'raw', declare }: RawForeign,
  place: DeliveryPlace,
): ForeignExchange {
  checkName('exchange', exchange, place);
  checkName('routingKey', routingKey, place);
  const template = parseCallTemplate(routingKey);
  if (typeof template === 'string') {
    place.report.atValue(extendPointer(place.pointer, 'routingKey'), template);
  }
  return {
    kind: 'exchange',
    exchange,
    routingKey: typeof template === 'string' ? { parts: [] } : template,
    format,
    ...(declare && { declare }),
  };
}

function checkName(key: string, name: string, { pointer, report }: DeliveryPlace): void {
  const fault = foreignNameFault(name);
  if (fault !== undefined) report.atValue(extendPointer(pointer, key), `\`${key}\` ${fault}`);
}
