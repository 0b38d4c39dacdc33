import { toMessageId } from '@restmapper/core';
import type { Delivery, Message, Reply } from '../contract/message.ts';
import type { IncomingReply } from '../dispatch/incoming-reply.ts';

/** A message to be stored in queues and feeds, with its sender's expectations. */
export interface Posted {
  /** Shared by every queue that holds it; never changed. */
  readonly message: Message;
  readonly routingKey: string;
  /** Of an event that expires. */
  readonly expiresEpochMs?: number | undefined;
  readonly request?: PostedRequest | undefined;
}

export interface PostedRequest {
  readonly deadlineEpochMs: number;
  readonly reply: (reply: Reply) => void;
  /** Answers by several replies. */
  readonly many: ManyReplies;
}

/** Where several replies to one request go. */
export type ManyReplies =
  | { readonly isAccepted: false; readonly refuse: () => void }
  | {
      readonly isAccepted: true;
      readonly idleMs: number;
      /** Resolves when there is room for the next: `false` if the caller has left. */
      readonly send: (incoming: IncomingReply) => Promise<boolean>;
    };

/** A message in a queue. */
export interface Stored {
  readonly posted: Posted;
  /** Its place in the queue: lower ones are delivered first. */
  readonly place: number;
  /** 1 the first time; one more after each retry. */
  readonly attempt: number;
  readonly failures: number;
  /** How often it was returned unsettled. */
  readonly returns: number;
  /** Its approximate size in memory. */
  readonly bytes: number;
}

/** The approximate overhead per message. */
const overheadBytes = 500;

/** Copies a message, so that later changes by its sender have no effect. */
export function copyMessage({ body, messageId, type, timestampMs, headers, contentType }: Message): Message {
  return {
    body: Buffer.from(body),
    messageId: toMessageId(messageId),
    type,
    timestampMs,
    headers: Object.freeze({ ...headers }),
    ...(contentType !== undefined && { contentType }),
  };
}

export function sizeOf({ body, messageId, headers }: Message): number {
  const entries = Object.entries(headers);
  const headerBytes = entries.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0);
  return overheadBytes + body.length + messageId.length + headerBytes;
}

/** The consumer's view of the message; the body is a copy that its handler may change. */
export function toDelivery({ posted, attempt, failures, returns }: Stored, queue: string): Delivery {
  const { message, routingKey, expiresEpochMs, request } = posted;
  return {
    queue,
    routingKey,
    body: Buffer.from(message.body),
    messageId: message.messageId,
    type: message.type,
    timestampMs: message.timestampMs,
    headers: message.headers,
    contentType: message.contentType ?? 'application/json',
    attempt,
    failures,
    redelivered: returns > 0,
    wantsReply: request !== undefined,
    deadlineEpochMs: request?.deadlineEpochMs,
    ...(expiresEpochMs !== undefined && { expiresEpochMs }),
    ...(request?.many.isAccepted && { replyIdleMs: request.many.idleMs }),
  };
}

export function hasExpired({ posted: { request } }: Stored): boolean {
  return request !== undefined && request.deadlineEpochMs <= Date.now();
}
