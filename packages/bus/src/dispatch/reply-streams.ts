import { settlesWithin } from '@restmapper/core';
import type { RequestManyOptions } from '../contract/bus.ts';
import { BusError } from '../contract/errors.ts';
import type { Reply } from '../contract/message.ts';
import type { ReceiveReply } from './incoming-reply.ts';
import { ReplyStream } from './reply-stream.ts';

const maxOpenStreams = 200;

/** How a bus sends one request, and where its replies arrive. */
export interface ReplyTransport {
  /** Sends the request; `receive` takes its replies from then on, and `lose` tells that none can arrive any more. */
  send(receive: ReceiveReply, lose: (why: string) => void): Promise<void>;
  /** No more replies are wanted; called once, perhaps while it still sends. */
  close(): void;
}

/** The requests whose replies are being read: the part of requesting several replies that all buses share. */
export class ReplyStreams {
  readonly #open = new Set<ReplyStream>();
  readonly #idle: (() => void)[] = [];
  #lateReplies = 0;

  get size(): number {
    return this.#open.size;
  }

  /** The number of replies that arrived after the iteration had ended. */
  get lateReplies(): number {
    return this.#lateReplies;
  }

  /** The replies to a request that is sent when the iteration begins. */
  create(options: RequestManyOptions, transport: ReplyTransport): AsyncIterable<Reply> {
    const { idleMs } = options;
    if (!Number.isSafeInteger(idleMs) || idleMs < 1) throw new RangeError(`idleMs is ${idleMs}`);
    const stream: ReplyStream = new ReplyStream({
      ...options,
      onStart: () => this.#start(stream, transport),
      onDetach: () => transport.close(),
      onEnd: () => this.#remove(stream),
    });
    return stream;
  }

  /** Waits for the open iterations, then fails the rest. */
  async finish(timeoutMs: number): Promise<void> {
    if (this.size > 0) await settlesWithin(new Promise<void>((done) => this.#idle.push(done)), timeoutMs);
    this.failAll('the bus was closed');
  }

  /** Fails all of them, because no reply can reach them any more. */
  failAll(why: string): void {
    for (const stream of this.#open) stream.fail(lost(why));
  }

  #start(stream: ReplyStream, transport: ReplyTransport): void {
    const isFull = this.size >= maxOpenStreams;
    this.#open.add(stream);
    if (isFull)
      return stream.fail(new BusError('OVERLOADED', `${maxOpenStreams} requests are being answered`));
    const receive: ReceiveReply = (incoming, onTaken) => {
      if (stream.isOpen) return stream.receive(incoming, onTaken);
      this.#lateReplies += 1;
      onTaken();
    };
    // A reply proves that the request was sent, whatever sending reports.
    transport
      .send(receive, (why) => stream.fail(lost(why)))
      .catch((error: unknown) => {
        if (!stream.hasBegun) stream.fail(error);
      });
  }

  #remove(stream: ReplyStream): void {
    this.#open.delete(stream);
    if (this.size === 0) for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function lost(why: string): BusError {
  return new BusError('RPC_TIMEOUT', `${why}; the request may or may not have been executed`);
}
