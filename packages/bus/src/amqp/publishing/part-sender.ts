import { createMessageId, pause } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import type { OutgoingPart } from '../../dispatch/reply-senders.ts';
import { replyExchange } from '../topology/topology-plan.ts';
import type { Publisher } from './publisher.ts';
import { type ReplyAddress, toOutgoingReply } from './reply-sender.ts';

const attemptMs = 10_000;
const firstPauseMs = 2;
const longestPauseMs = 1000;

export interface PartSenderOptions {
  readonly publisher: Publisher;
  readonly address: ReplyAddress;
  /** How long the caller waits between two replies. */
  readonly idleMs: number;
}

type SendPart = (part: OutgoingPart, signal: AbortSignal) => Promise<boolean>;

/**
 * Creates what sends the replies to one request, each after the broker has the one before.
 *
 * The caller's queue is short, and the broker refuses what exceeds it: so the sender pauses while the caller reads
 * slowly. Sending the same one twice is harmless, because the caller drops duplicates.
 *
 * | the broker | the reply |
 * |---|---|
 * | confirms | is sent: `true` |
 * | returns it | has no queue, because the caller has left: `false` |
 * | refuses it | is sent again after a pause |
 * | does not answer, or is down | is sent again, until the caller has stopped waiting: `false` |
 */
export function createPartSender({ publisher, address, idleMs }: PartSenderOptions): SendPart {
  const id = createMessageId();
  return async ({ seq, hasMore, reply }, signal) => {
    let answeredMs = Date.now();
    for (let pauseMs = firstPauseMs; !signal.aborted; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const deadlineEpochMs = Date.now() + Math.min(attemptMs, idleMs);
      const outgoing = { ...reply, part: { id, seq, hasMore }, deadlineEpochMs };
      try {
        await publisher.publish({ ...toOutgoingReply(replyExchange, address, outgoing), signal });
        return true;
      } catch (error) {
        if (!(error instanceof BusError)) throw error;
        if (error.code === 'UNROUTABLE') return false;
        if (error.code === 'BROKER_REFUSED') answeredMs = Date.now();
        else if (Date.now() - answeredMs > idleMs) return false;
      }
      await pause(pauseMs, signal);
    }
    return false;
  };
}
