import type { ConfirmChannel, Options } from 'amqplib';

/** Called with an error if the broker refused the message, or the channel was lost before the answer. */
export type OnAnswer = (error: unknown) => void;

/** The options of amqplib's `publish`. */
export interface Publishing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

/** The parts of amqplib's `publish`; not its public API. */
interface Internals {
  sendMessage(fields: object, properties: object, content: Buffer): boolean;
  pushConfirmCallback(onAnswer: OnAnswer): void;
}

/**
 * Publishes a message on a confirm channel.
 *
 * amqplib's `publish` makes the headers the prototype of a new object, which costs 13 of its 18 µs. So this
 * calls the functions below it, or `publish` itself if those are gone.
 * @throws IllegalOperationError if the channel is closed.
 */
export function sendConfirmed(channel: ConfirmChannel, message: Publishing, onAnswer: OnAnswer): void {
  const { exchange, routingKey, body, properties } = message;
  if (!hasInternals(channel)) {
    channel.publish(exchange, routingKey, body, properties, onAnswer);
    return;
  }
  const { mandatory = false, persistent = false, expiration } = properties;
  const fields = { exchange, routingKey, mandatory, immediate: false };
  const encoded = {
    ...properties,
    deliveryMode: persistent ? 2 : 1,
    expiration: expiration === undefined ? undefined : String(expiration),
  };
  channel.sendMessage(fields, encoded, body);
  channel.pushConfirmCallback(onAnswer);
}

function hasInternals(channel: ConfirmChannel): channel is ConfirmChannel & Internals {
  return 'sendMessage' in channel && 'pushConfirmCallback' in channel;
}
