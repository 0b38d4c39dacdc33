import type { ConsumeMessage } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import { amqpHeaders, readWholeNumber } from '../wire/amqp-headers.ts';

/** The first version of RabbitMQ whose delivery count ignores lost consumers. */
const firstToCountFailures = { major: 4, minor: 3 };

/** Returns how often a quorum queue took a message back unsettled. */
export type CountReturns = (received: ConsumeMessage) => number;

/**
 * Creates the function that reads the number of returns as the connected version of RabbitMQ writes it.
 *
 * | RabbitMQ | `x-delivery-count` | `x-acquired-count` |
 * |---|---|---|
 * | before 4.3 | every return | absent, or whatever the publisher wrote |
 * | from 4.3 | `basic.reject` only; absent before the first | every return |
 *
 * On the first delivery, both headers are the publisher's own. A released message is published again; its
 * header `x-returns` has its earlier returns.
 * @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling
 */
export function returnsCounter(version: unknown): CountReturns {
  const header = countsFailuresOnly(version) ? amqpHeaders.acquired : amqpHeaders.returns;
  return ({ fields, properties: { headers } }) => {
    const before = readCount(headers?.[busHeaders.returns]);
    return fields.redelivered ? before + readCount(headers?.[header]) : before;
  };
}

function readCount(value: unknown): number {
  return Math.max(0, readWholeNumber(value) ?? 0);
}

function countsFailuresOnly(version: unknown): boolean {
  const [major = 0, minor = 0] = String(version).split('.').map(Number);
  const first = firstToCountFailures;
  return major > first.major || (major === first.major && minor >= first.minor);
}
