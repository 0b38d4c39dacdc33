import type { Envelope } from '@restmapper/bus';
import { encodeWord, fillTemplate, type ForeignExchange, foreignNameFault } from '@restmapper/endpoints';

/** Fills in the routing key of a message to another application. @throws TypeError if a value does not fit. */
export function routingKeyOf({ routingKey }: ForeignExchange, key: string, envelope: Envelope): string {
  const filled = fillTemplate(routingKey, { ...envelope }, encodeWord);
  if ('missing' in filled) {
    throw new TypeError(
      `the routing key of ${key} needs ${filled.missing.text}, which must be a string, a number or a boolean`,
    );
  }
  const fault = foreignNameFault(filled.text);
  if (fault !== undefined) throw new TypeError(`the routing key of ${key} ${fault}`);
  return filled.text;
}
