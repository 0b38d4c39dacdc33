import { decodeEnvelope } from '@restmapper/bus';
import type { Delivery, Envelope } from '@restmapper/bus';
import { Reject } from './errors.ts';

/**
 * Runs a reader of a message's envelope.
 *
 * @throws Reject if the message is not an envelope, or a part of it is invalid: any program may publish, and
 * a retry would not help.
 */
export function readEnvelope<T>({ body }: Delivery, read: (envelope: Envelope) => T): T {
  try {
    return read(decodeEnvelope(body));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Reject(`the message is not an envelope: ${error.message}`);
    throw error;
  }
}
