import { explainConnection } from './explain-connection.ts';

/** Reply codes for wrong credentials, permissions or arguments (AMQP 0-9-1, section 1.2). */
const refusals: ReadonlySet<unknown> = new Set([402, 403, 406, 530, 540]);

/** amqplib's error when the broker closes the connection instead of opening the virtual host. */
const refusedHost = /got <ConnectionClose/;

/** amqplib reports no reply code for a connection refused while it opens, only these texts. */
const refusedHandshake = /ACCESS.REFUSED|SASL mechanism/;

/** Whether an early retry is pointless, because an operator has to change something first. */
export function isRefusal(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  if ('code' in reason && refusals.has(reason.code)) return true;
  return [refusedHandshake, refusedHost].some((text) => text.test(reason.message)) || isRefusal(reason.cause);
}

/** amqplib's texts for a failed handshake, and their meaning to an operator. */
const explanations: readonly (readonly [text: RegExp, sentence: string])[] = [
  [refusedHost, 'the broker refused the virtual host: does it exist, and may this user enter it?'],
  [/ACCESS.REFUSED.*Login was refused/, 'the broker refused this user or password'],
  [/SASL mechanism/, 'the broker does not let users log in this way'],
  [
    /closed abruptly during opening handshake/,
    'the broker hung up: does it want TLS on this port (amqps://)?',
  ],
  [
    /^(?:Frame size|Invalid frame|Expected ConnectionStart)/,
    'the other side does not speak AMQP 0-9-1 on this port',
  ],
];

/** Explains to an operator why a connection could not be opened. */
export function explainRefusal(reason: Error): Error {
  const explanation = explanations.find(([text]) => text.test(reason.message));
  const sentence = explanation ? `${explanation[1]} (${shorten(reason.message)})` : explainConnection(reason);
  return sentence === undefined ? reason : new Error(sentence, { cause: reason });
}

/** amqplib's texts contain the whole method. */
function shorten(message: string): string {
  return message.replace(/\s+/g, ' ').slice(0, 200);
}
