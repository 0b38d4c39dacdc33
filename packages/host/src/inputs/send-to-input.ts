import type { Bus, Headers } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import type { InputTarget } from './input-target.ts';

/** A message as another application would send it. */
export interface InputMessage {
  readonly body: Buffer;
  /** @default none */
  readonly headers?: Headers;
  /** The property `message_id`. @default a new UUID */
  readonly id?: string | undefined;
}

/** How long the broker may take to confirm. */
const timeoutMs = 10_000;

/**
 * Publishes a message to the exchange or the queue of an input; resolves with its id when a queue has it.
 *
 * @throws BusError UNROUTABLE if no queue takes it, NOT_DECLARED if the target does not exist; TypeError for a header
 * that cannot be sent.
 */
export async function sendToInput(
  bus: Pick<Bus, 'publish'>,
  { exchange, routingKey, headers }: InputTarget,
  message: InputMessage,
): Promise<string> {
  const messageId = message.id ?? createMessageId();
  const sent = {
    body: message.body,
    messageId,
    type: 'restmapper send',
    timestampMs: Date.now(),
    headers: { ...headers, ...message.headers },
  };
  await bus.publish(exchange, sent, { routingKey, deadlineEpochMs: Date.now() + timeoutMs });
  return messageId;
}
