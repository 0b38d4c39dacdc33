import { BusError } from '../../contract/errors.ts';
import { createMessageId } from '@restmapper/core';
import type { Outgoing } from '../wire/outgoing.ts';
import { replyHeaders, writeHttpHeaders } from '../../contract/reply-headers.ts';
import { replyExchange } from '../topology/topology-plan.ts';
import type { Publisher } from './publisher.ts';

/** The names of RabbitMQ's direct reply-to, for callers without a queue. */
const directReplyTo = 'amq.rabbitmq.reply-to';

export interface ReplyAddress {
  /** The property `reply_to` of the request. */
  readonly replyTo: string;
  /** The property `correlation_id` of the request, if it had one. */
  readonly correlationId: string | undefined;
}

export interface OutgoingReply {
  readonly body: Buffer;
  readonly status?: number | undefined;
  readonly isError?: boolean | undefined;
  readonly isRepeated?: boolean | undefined;
  readonly workerMs?: number | undefined;
  /** @default 'application/json' */
  readonly contentType?: string | undefined;
  /** For the HTTP response, by lower-case name. @default none */
  readonly httpHeaders?: Readonly<Record<string, string>> | undefined;
  /** Of one of several. */
  readonly part?: { readonly id: string; readonly seq: number; readonly hasMore: boolean } | undefined;
  readonly deadlineEpochMs: number;
}

/**
 * Sends a reply to the caller, which may be written in any language and use any kind of reply queue.
 *
 * | the caller's `reply_to` | the reply goes to |
 * |---|---|
 * | is bound to `RPC` | `RPC` |
 * | is any other queue | the default exchange, after `RPC` has returned the reply |
 * | is RabbitMQ's direct reply-to | the default exchange |
 *
 * A reply that the default exchange cannot route is gone, as is its caller.
 * @throws BusError like Publisher.publish, but not UNROUTABLE.
 */
export async function sendReply(
  publisher: Publisher,
  address: ReplyAddress,
  reply: OutgoingReply,
): Promise<void> {
  if (!address.replyTo.startsWith(directReplyTo)) {
    try {
      return await publisher.publish(toOutgoingReply(replyExchange, address, reply));
    } catch (error) {
      if (!(error instanceof BusError && error.code === 'UNROUTABLE')) throw error;
    }
  }
  await publisher.publish(toOutgoingReply('', address, reply));
}

/** The message that carries a reply; `mandatory`, unless it goes to the default exchange. */
export function toOutgoingReply(
  exchange: string,
  { replyTo, correlationId }: ReplyAddress,
  reply: OutgoingReply,
): Outgoing {
  return {
    exchange,
    routingKey: replyTo,
    body: reply.body,
    properties: {
      messageId: createMessageId(),
      contentType: reply.contentType ?? 'application/json',
      persistent: false,
      // RabbitMQ 3.10 returns a direct reply even when it has delivered it.
      mandatory: exchange !== '',
      headers: toHeaders(reply),
      ...(correlationId !== undefined && { correlationId }),
    },
    deadlineEpochMs: reply.deadlineEpochMs,
  };
}

function toHeaders(reply: OutgoingReply): Record<string, unknown> {
  const { status, isError, isRepeated, workerMs, httpHeaders, part } = reply;
  const headers: Record<string, unknown> = { [replyHeaders.kind]: isError ? 'error' : 'value' };
  if (status !== undefined) headers[replyHeaders.status] = status;
  if (isRepeated) headers[replyHeaders.repeated] = 'true';
  if (workerMs !== undefined) headers[replyHeaders.workerMs] = workerMs;
  if (httpHeaders) writeHttpHeaders(httpHeaders, headers);
  if (!part) return headers;
  headers[replyHeaders.seq] = part.seq;
  headers[replyHeaders.id] = part.id;
  if (part.hasMore) headers[replyHeaders.more] = true;
  return headers;
}
