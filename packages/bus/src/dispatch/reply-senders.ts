import { linkSignals, type Log, longestTimerMs } from '@restmapper/core';
import type { Delivery, PartialReply, RepliesOutcome } from '../contract/message.ts';
import { PartSource } from './part-source.ts';
import { WorkSlots } from './work-slots.ts';

const maxOpenStreams = 200;

/** One of several replies, on its way to the caller; without a body and `hasMore`, it only ends them. */
export interface OutgoingPart {
  readonly seq: number;
  readonly hasMore: boolean;
  readonly reply: PartialReply;
}

/** A request that is answered by several replies. */
export interface RepliesJob {
  readonly delivery: Delivery;
  readonly outcome: RepliesOutcome;
  /** Aborts when the right to answer is lost. */
  readonly signal: AbortSignal;
  /** Settles the request. */
  readonly accept: () => void;
  /** Resolves when there is room for the next: `false` if the caller has left. */
  readonly send: (part: OutgoingPart, signal: AbortSignal) => Promise<boolean>;
}

/** Answers requests by several replies, for a limited number of requests at once; the rest wait, unsettled. */
export class ReplySenders {
  readonly #log: Log;
  readonly #slots: WorkSlots;
  readonly #life = new AbortController();

  constructor(log: Log, max = maxOpenStreams) {
    this.#log = log;
    this.#slots = new WorkSlots(max);
  }

  /** Resolves when the last reply is sent, or cannot be. */
  async run(job: RepliesJob): Promise<void> {
    const { delivery, signal, accept } = job;
    const ends = [signal, this.#life.signal];
    const waiting = linkSignals(ends, { deadlineEpochMs: delivery.deadlineEpochMs });
    const hasSlot = await this.#takeSlot(waiting.signal);
    waiting.unlink();
    const isEnding = ends.some(({ aborted }) => aborted);
    // Settled too if its caller has stopped waiting; otherwise it returns to its queue.
    if (!isEnding) accept();
    if (!isEnding && hasSlot) await this.#answer(job);
    if (hasSlot) this.#slots.release();
  }

  /** Ends all answers: they fail, and their handlers' signals abort. */
  abort(reason: Error): void {
    this.#life.abort(reason);
  }

  async #takeSlot(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const hasSlot = await new Promise<boolean>((resolve) => {
        const wake = (): void => resolve(false);
        signal.addEventListener('abort', wake, { once: true });
        if (this.#slots.take(wake)) resolve(true);
      });
      if (hasSlot) return true;
    }
    return false;
  }

  async #answer({ delivery, outcome, signal, send }: RepliesJob): Promise<void> {
    const { queue, replyIdleMs = 0, deadlineEpochMs = Number.POSITIVE_INFINITY } = delivery;
    const life = new AbortController();
    const linked = linkSignals([signal, this.#life.signal, life.signal]);
    const limits = () => ({ firstMs: Math.max(0, deadlineEpochMs - Date.now()), idleMs: replyIdleMs });
    const source = new PartSource(() => outcome.replies(linked.signal), { signal: linked.signal, limits });
    let seq = 0;
    try {
      for (let reply = await source.next(); reply; reply = await source.next()) {
        const isWanted = await send({ seq, hasMore: true, reply }, linked.signal);
        linked.signal.throwIfAborted();
        if (!isWanted) return;
        seq += 1;
      }
      await send(endOf(seq, false), linked.signal);
    } catch (error) {
      const level = linked.signal.aborted ? 'warn' : 'error';
      this.#log[level]({ err: error, queue, replies: seq }, 'a request is not answered completely');
      // What cannot be sent now was logged: the caller stops waiting in the same time.
      await send(endOf(seq, true), AbortSignal.timeout(Math.min(replyIdleMs, longestTimerMs))).catch(
        () => false,
      );
    } finally {
      life.abort(new Error('no more replies are wanted'));
      source.close();
      linked.unlink();
    }
  }
}

function endOf(seq: number, isError: boolean): OutgoingPart {
  return { seq, hasMore: false, reply: { body: Buffer.alloc(0), isError } };
}
