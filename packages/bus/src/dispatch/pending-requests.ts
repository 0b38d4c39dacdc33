import type { RequestOptions } from '../contract/bus.ts';
import { BusError } from '../contract/errors.ts';
import type { Reply } from '../contract/message.ts';

export interface PendingRequestsOptions {
  /** The maximum number of waiting requests. @default 10000 */
  readonly max?: number;
}

/** A request that waits for its reply. */
export interface PendingRequest {
  /** Unique among the requests of this bus; returned with the reply. */
  readonly correlationId: string;
  /** Settles once: by reply, deadline, signal or failure. Ignoring it is safe. */
  readonly reply: Promise<Reply>;
}

/**
 * The requests that wait for a reply: the part of requesting that all buses share.
 *
 * A request is added before it is sent, because a reply may be faster than the broker's confirm. However it
 * ends, its timer and its signal listener are removed.
 */
export class PendingRequests {
  readonly #max: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #bySignal = new WeakMap<AbortSignal, Set<string>>();
  readonly #idle: (() => void)[] = [];
  #added = 0;
  #lateReplies = 0;

  constructor({ max = 10_000 }: PendingRequestsOptions = {}) {
    this.#max = max;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** The number of replies without a waiting request. */
  get lateReplies(): number {
    return this.#lateReplies;
  }

  /** @throws BusError OVERLOADED if too many wait; the signal's reason if it has aborted. */
  add({ deadlineEpochMs, signal }: RequestOptions): PendingRequest {
    signal?.throwIfAborted();
    if (this.size >= this.#max) throw new BusError('OVERLOADED', `${this.#max} requests wait for a reply`);
    this.#added += 1;
    const correlationId = String(this.#added);
    const reply = new Promise<Reply>((resolve, reject) => {
      const timer = setTimeout(() => this.fail(correlationId, timedOut()), delayUntil(deadlineEpochMs));
      const sameSignal = signal && this.#requestsOf(signal);
      sameSignal?.add(correlationId);
      this.#waiting.set(correlationId, { resolve, reject, timer, sameSignal });
    });
    // It may end while its sender still waits for the confirm, before a handler is attached.
    reply.catch(() => {});
    return { correlationId, reply };
  }

  /** Resolves a request with its reply; counts the reply as late if the request has ended. */
  resolve(correlationId: string, reply: Reply): void {
    const waiting = this.#end(correlationId);
    if (waiting) waiting.resolve(reply);
    else this.#lateReplies += 1;
  }

  /** Rejects a request because of its reply; counts that as late if the request has ended. */
  refuse(correlationId: string, error: unknown): void {
    const waiting = this.#end(correlationId);
    if (waiting) waiting.reject(error);
    else this.#lateReplies += 1;
  }

  /** Rejects a request, unless it has ended. */
  fail(correlationId: string, error: unknown): void {
    this.#end(correlationId)?.reject(error);
  }

  /** Rejects all waiting requests, because replies can no longer reach them. */
  failAll(error: unknown): void {
    for (const correlationId of this.#waiting.keys()) this.fail(correlationId, error);
  }

  /** Resolves when none waits. */
  whenIdle(): Promise<void> {
    if (this.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /**
   * One listener per signal: a connection's signal is shared by many requests, and adding a listener costs as
   * much as sending.
   */
  #requestsOf(signal: AbortSignal): Set<string> {
    const known = this.#bySignal.get(signal);
    if (known) return known;
    const requests = new Set<string>();
    const failThem = (): void => {
      for (const correlationId of requests) this.fail(correlationId, signal.reason);
    };
    signal.addEventListener('abort', failThem, { once: true });
    this.#bySignal.set(signal, requests);
    return requests;
  }

  #end(correlationId: string): Waiting | undefined {
    const waiting = this.#waiting.get(correlationId);
    clearTimeout(waiting?.timer);
    waiting?.sameSignal?.delete(correlationId);
    this.#waiting.delete(correlationId);
    if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
    return waiting;
  }
}

interface Waiting {
  resolve(reply: Reply): void;
  reject(error: unknown): void;
  readonly timer: NodeJS.Timeout;
  /** The waiting requests that end with the same signal. */
  readonly sameSignal: Set<string> | undefined;
}

/** Node fires a timer at once if its delay does not fit into 31 bits. */
function delayUntil(epochMs: number): number {
  return Math.min(Math.max(0, epochMs - Date.now()), 2 ** 31 - 1);
}

function timedOut(): BusError {
  return new BusError('RPC_TIMEOUT', 'no reply came in time');
}
