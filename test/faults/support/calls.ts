import { type Bus, BusError, type BusErrorCode, encodeEnvelope, type Message } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import type { Call } from './load.ts';
import type { CallOutcome } from './oracle.ts';

/** Longer than any deadline in the tests: a call that has not ended by then hangs. */
const hangMs = 30_000;

/** Posts `{"id":"17"}` to a gateway. A connection that fails leaves the outcome unknown. */
export function postTo(url: string, moreHeaders: Readonly<Record<string, string>> = {}): Call {
  const headers = { 'content-type': 'application/json', ...moreHeaders };
  return async (id) => {
    const signal = AbortSignal.timeout(hangMs);
    const body = JSON.stringify({ id });
    try {
      const response = await fetch(url, { method: 'POST', body, headers, signal });
      const text = await response.text();
      return outcomeOf(response.status, text);
    } catch (error) {
      if (signal.aborted) throw new Error(`the call ${id} did not end within ${hangMs} ms`, { cause: error });
      if (error instanceof TypeError) return isUnheard(error) ? 'refused' : 'unknown';
      throw error;
    }
  };
}

/** Whether the connection was refused, so that no gateway received the call. */
function isUnheard({ cause }: TypeError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

function outcomeOf(status: number, text: string): CallOutcome {
  if (status === 200) return 'confirmed';
  if (status === 503) return text.includes('BROKER_REFUSED') ? 'unknown' : 'refused';
  if (status === 504) return 'unknown';
  throw new Error(`no call may be answered ${status}: ${text}`);
}

/** After a nack, some of several queues may have the message. */
const mayBeStored: ReadonlySet<BusErrorCode> = new Set(['PUBLISH_TIMEOUT', 'BROKER_REFUSED']);

export interface PublishCallOptions {
  readonly bus: Bus;
  readonly exchange: string;
  /** @default 10000 */
  readonly timeoutMs?: number;
}

/** Publishes `{"id":"17"}` as a gateway does. */
export function publishTo({ bus, exchange, timeoutMs = 10_000 }: PublishCallOptions): Call {
  return async (id) => {
    try {
      await bus.publish(exchange, createEvent(id), { deadlineEpochMs: Date.now() + timeoutMs });
      return 'confirmed';
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      return mayBeStored.has(error.code) ? 'unknown' : 'refused';
    }
  };
}

/** The message of an id, with other data if given. */
export function createEvent(id: string, data: string | Buffer = JSON.stringify({ id })): Message {
  return {
    body: encodeEnvelope({ data: Buffer.from(data), args: Buffer.from('null') }),
    messageId: createMessageId(),
    type: 'POST /',
    timestampMs: Date.now(),
    headers: { 'x-id': id },
  };
}
