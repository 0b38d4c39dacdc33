import { Fifo, longestTimerMs } from '@restmapper/core';
import type { RequestManyOptions } from '../contract/bus.ts';
import { BusError } from '../contract/errors.ts';
import { maxPartBytes, type Reply } from '../contract/message.ts';
import type { IncomingReply } from './incoming-reply.ts';

export interface ReplyStreamOptions extends RequestManyOptions {
  /** Called when the iteration begins. */
  readonly onStart: () => void;
  /** Called once when no more replies are accepted. */
  readonly onDetach: () => void;
  /** Called once when the iteration has ended and nothing is held. */
  readonly onEnd: () => void;
}

/** The replies to one request: orders, checks and holds them until they are read. */
export class ReplyStream implements AsyncIterableIterator<Reply> {
  readonly #options: ReplyStreamOptions;
  readonly #held = new Fifo<Held>();
  readonly #readers = new Fifo<Reader>();
  #state: 'new' | 'open' | 'detached' | 'ended' = 'new';
  #failure: { readonly error: unknown } | undefined;
  #replyId: string | undefined;
  #nextSeq = 0;
  #hasBegun = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #leave = (): void => {
    this.#drop();
    this.#failure ??= { error: this.#options.signal?.reason };
    this.#detach();
  };

  constructor(options: ReplyStreamOptions) {
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Whether a reply has arrived. */
  get hasBegun(): boolean {
    return this.#hasBegun;
  }

  /** Whether it still accepts replies. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  next(): Promise<IteratorResult<Reply, undefined>> {
    this.#start();
    const held = this.#held.shift();
    if (held) return Promise.resolve(this.#take(held));
    if (this.#state !== 'open') return this.#finish();
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#arm();
    });
  }

  async return(): Promise<IteratorResult<Reply, undefined>> {
    this.#failure = undefined;
    this.#drop();
    this.#detach();
    return this.#finish();
  }

  /** Accepts a message while it is open; `onTaken` is called when it no longer occupies memory. */
  receive(incoming: IncomingReply, onTaken: () => void): void {
    if (this.#isForeign(incoming)) return onTaken();
    const { reply, seq, hasMore, replyId } = incoming;
    const problem = isFailure(incoming) ? workerFailed() : this.#problemOf(incoming);
    if (problem || this.#isDuplicate(incoming)) {
      onTaken();
      if (problem) this.fail(problem);
      return;
    }
    this.#hasBegun = true;
    this.#replyId = replyId;
    this.#nextSeq += 1;
    if (seq === undefined || hasMore || reply.body.length > 0) this.#hold({ reply, onTaken });
    else onTaken();
    if (!hasMore) this.#detach();
  }

  /** Ends it with an error once the replies that have arrived are read. */
  fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#failure = { error };
    this.#detach();
  }

  #start(): void {
    if (this.#state !== 'new') return;
    const { signal, onStart } = this.#options;
    this.#state = 'open';
    signal?.addEventListener('abort', this.#leave, { once: true });
    if (signal?.aborted) this.#leave();
    else onStart();
  }

  #hold(held: Held): void {
    const reader = this.#readers.shift();
    if (!reader) return this.#held.push(held);
    clearTimeout(this.#timer);
    reader.resolve(this.#take(held));
    if (this.#readers.size > 0) this.#arm();
  }

  #take({ reply, onTaken }: Held): IteratorResult<Reply, undefined> {
    onTaken();
    return { done: false, value: reply };
  }

  #drop(): void {
    for (const { onTaken } of this.#held.clear()) onTaken();
  }

  /** Whether it answers another delivery of the request. */
  #isForeign({ replyId }: IncomingReply): boolean {
    return this.#hasBegun && replyId !== this.#replyId;
  }

  #isDuplicate({ seq }: IncomingReply): boolean {
    return typeof seq === 'number' && seq < this.#nextSeq;
  }

  #problemOf({ reply, seq, hasMore }: IncomingReply): BusError | undefined {
    if (seq === undefined) return this.#hasBegun || hasMore ? badReply('a reply has no number') : undefined;
    if (seq === 'invalid') return badReply('the number of a reply is invalid');
    if (seq > this.#nextSeq) return badReply(`reply ${this.#nextSeq} is missing`);
    const { length } = reply.body;
    if (length <= maxPartBytes) return undefined;
    return badReply(`reply ${seq} has ${length} bytes, more than ${maxPartBytes}`);
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const { deadlineEpochMs, idleMs } = this.#options;
    const waitMs = this.#hasBegun ? idleMs : Math.max(0, deadlineEpochMs - Date.now());
    const what = this.#hasBegun ? 'the next reply' : 'the first reply';
    const expire = (): void =>
      this.fail(new BusError('RPC_TIMEOUT', `${what} did not arrive in time; the worker may go on`));
    this.#timer = setTimeout(expire, Math.min(waitMs, longestTimerMs));
  }

  #detach(): void {
    if (this.#state === 'new') this.#state = 'ended';
    if (this.#state !== 'open') return;
    this.#state = 'detached';
    clearTimeout(this.#timer);
    this.#options.onDetach();
    for (const { resolve, reject } of this.#readers.clear()) this.#finish().then(resolve, reject);
  }

  /** The end of what is read: the error once, then `done`. */
  #finish(): Promise<IteratorResult<Reply, undefined>> {
    if (this.#state === 'detached') {
      this.#state = 'ended';
      this.#options.signal?.removeEventListener('abort', this.#leave);
      this.#options.onEnd();
    }
    const failure = this.#failure;
    this.#failure = undefined;
    return failure ? Promise.reject(failure.error) : Promise.resolve({ done: true, value: undefined });
  }
}

interface Held {
  readonly reply: Reply;
  readonly onTaken: () => void;
}

interface Reader {
  readonly resolve: (result: IteratorResult<Reply, undefined>) => void;
  readonly reject: (error: unknown) => void;
}

/** Whatever its number: a worker that failed may not know whether its last reply arrived. */
function isFailure({ reply, seq, hasMore }: IncomingReply): boolean {
  return seq !== undefined && !hasMore && reply.body.length === 0 && reply.kind === 'error';
}

function workerFailed(): BusError {
  return new BusError('WORKER_ERROR', 'the worker failed before its last reply');
}

function badReply(problem: string): BusError {
  return new BusError('BAD_REPLY', problem);
}
