import { connect } from 'amqplib';
import type { Application } from './application.ts';
import { createEvent } from './calls.ts';
import { type CallLog, expectKept, type Verdict } from './oracle.ts';

/**
 * Sends a last message, and judges once it is stored like the others.
 *
 * The broker delivers returned messages before new ones, so a message that is stored a second time has been
 * by then.
 */
export async function expectKeptBy(
  { broker, exchange, find }: Application,
  log: CallLog,
  timeoutMs?: number,
): Promise<Verdict> {
  const { body, messageId } = createEvent('last');
  const model = await connect(broker.url);
  try {
    const channel = await model.createConfirmChannel();
    channel.publish(exchange, '', body, { messageId, persistent: true });
    await channel.waitForConfirms();
  } finally {
    await model.close();
  }
  log.record('last', 'confirmed');
  return expectKept(log, find, timeoutMs);
}
