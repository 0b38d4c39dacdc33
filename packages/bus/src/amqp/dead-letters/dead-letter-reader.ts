import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { UnackedTags } from '../consuming/unacked-tags.ts';
import { methodTimeoutMs } from '../connection/method-timeout.ts';
import { pause, within } from '@restmapper/core';

/** The maximum number of messages per consumer. */
const maxWindow = 256;

/** After this time without a delivery, the reader checks whether the queue is empty. */
const idleMs = 200;

/** RabbitMQ keeps the order of up to this many messages per nack, all from one consumer. */
const nackSize = 32;

/** How long to wait until returned messages are counted; another reader may have taken them. */
const giveBackTimeoutMs = 1000;
const giveBackPauseMs = 1;

export interface DeadLetterReaderOptions {
  /** A channel for this reader only. */
  readonly channel: Channel;
  /** Aborts when the connection is lost. */
  readonly signal: AbortSignal;
}

interface Held {
  readonly tag: number;
  /** Its consumer; absent for `basic.get`. */
  readonly consumerTag: string | undefined;
}

interface Chunk {
  readonly consumerTag: string | undefined;
  readonly size: number;
  readonly lastTag: number;
}

/**
 * Reads a queue of dead letters in order; each is then acked, or held and returned.
 *
 * Consumers deliver them in windows, where `basic.get` would cost a round trip each. A consumer delivers its
 * prefetch, and is then cancelled. Its messages are acked only afterwards, since each ack would trigger
 * another delivery: RabbitMQ returns messages in transit to a cancelled consumer at once, ahead of the held
 * ones.
 */
export class DeadLetterReader {
  readonly #queue: string;
  readonly #channel: Channel;
  readonly #signal: AbortSignal;
  readonly #arrived: ConsumeMessage[] = [];
  readonly #ledger = new UnackedTags();
  readonly #acked: number[] = [];
  readonly #held: Held[] = [];
  #consumerTag: string | undefined;
  /** How many deliveries the consumer still expects. */
  #awaited = 0;
  #hasAcked = false;
  #wake = (): void => {};

  constructor(queue: string, { channel, signal }: DeadLetterReaderOptions) {
    this.#queue = queue;
    this.#channel = channel;
    this.#signal = signal;
  }

  /** The next of at least `left` remaining messages; `undefined` if none has arrived for a moment. */
  async next(left: number): Promise<Message | undefined> {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    if (this.#awaited === 0) await this.stop();
    if (this.#consumerTag === undefined) await this.#start(Math.max(1, Math.min(maxWindow, left)));
    await this.#arrival();
    return this.#arrived.shift();
  }

  /** The next one; `undefined` if the queue is empty. */
  async nextOrNone(): Promise<Message | undefined> {
    await this.stop();
    return this.#arrived.shift() ?? this.#get();
  }

  /** How many messages are ready for other consumers. */
  async count(): Promise<number> {
    return (await this.#answerTo(this.#channel.checkQueue(this.#queue))).messageCount;
  }

  /** Cancels the consumer. */
  async stop(): Promise<void> {
    const tag = this.#consumerTag;
    if (tag === undefined) return;
    // The answer arrives after all deliveries in transit.
    if (this.#awaited > 0) await this.count();
    await this.#answerTo(this.#channel.cancel(tag));
    this.#consumerTag = undefined;
    this.#sendAcks();
  }

  /** Removes and returns the arrived messages. */
  takeArrived(): readonly Message[] {
    return this.#arrived.splice(0);
  }

  /** Acks one that was taken, together with others, when its consumer has been cancelled. */
  ack({ fields }: Message): void {
    this.#hasAcked = true;
    this.#acked.push(fields.deliveryTag);
    if (this.#acked.length > 1) return;
    setImmediate(() => {
      if (this.#consumerTag === undefined) this.#sendAcks();
    });
  }

  /** Holds a taken message, to be returned at the end. */
  hold({ fields }: Message | ConsumeMessage): void {
    const consumerTag = 'consumerTag' in fields ? fields.consumerTag : undefined;
    this.#held.push({ tag: fields.deliveryTag, consumerTag });
  }

  /**
   * Resolves when all acks are settled.
   *
   * RabbitMQ's channel buffers acks while many are being written, and drops the buffer when it is closed.
   * `basic.get` is answered once the acks before it are written; the message that it returns is held.
   */
  async settle(): Promise<void> {
    await this.stop();
    this.#sendAcks();
    if (!this.#hasAcked) return;
    this.#hasAcked = false;
    const taken = await this.#get();
    if (taken) this.hold(taken);
    await this.count();
  }

  /**
   * Returns the held messages to their places; resolves once the queue counts them again, so that the next
   * reader finds them.
   */
  async giveBack(): Promise<void> {
    if (this.#held.length === 0) return;
    let expected = await this.count();
    const held = this.#held.splice(0).sort((a, b) => a.tag - b.tag);
    for (const { lastTag, size } of chunksOf(held)) {
      this.#channel.nack(taggedAs(lastTag), true, true);
      expected += size;
      // RabbitMQ's channel merges nacks that it cannot forward at once, and loses their order.
      await this.#whenCounted(expected);
    }
  }

  async #whenCounted(expected: number): Promise<void> {
    const endMs = performance.now() + giveBackTimeoutMs;
    while ((await this.count()) < expected && performance.now() < endMs) {
      await pause(giveBackPauseMs, this.#signal);
    }
  }

  async #start(size: number): Promise<void> {
    this.#awaited = size;
    await this.#answerTo(this.#channel.prefetch(size));
    const consuming = this.#channel.consume(this.#queue, (message) => {
      // `null` when the queue is deleted; the next method fails then.
      if (message) {
        this.#ledger.add(message.fields.deliveryTag);
        this.#arrived.push(message);
        this.#awaited -= 1;
      }
      this.#wake();
    });
    this.#consumerTag = (await this.#answerTo(consuming)).consumerTag;
  }

  async #get(): Promise<Message | undefined> {
    const message = await this.#answerTo(this.#channel.get(this.#queue));
    if (message) this.#ledger.add(message.fields.deliveryTag);
    return message || undefined;
  }

  #sendAcks(): void {
    const frames = this.#ledger.ack(this.#acked.splice(0));
    try {
      for (const { tag, multiple } of frames) this.#channel.ack(taggedAs(tag), multiple);
    } catch {
      // The channel is closed, and the next method fails; the broker takes back all unsettled messages.
    }
  }

  #arrival(): Promise<void> {
    if (this.#arrived.length > 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#wake(), idleMs);
      this.#wake = () => {
        clearTimeout(timer);
        if (this.#signal.aborted) reject(this.#signal.reason);
        else resolve();
      };
    });
  }

  #answerTo<T>(asked: Promise<T>): Promise<T> {
    return within('the broker', asked, { timeoutMs: methodTimeoutMs, signal: this.#signal });
  }
}

/** Groups messages so that one nack each returns them. */
function chunksOf(held: readonly Held[]): readonly Chunk[] {
  const chunks: { consumerTag: string | undefined; size: number; lastTag: number }[] = [];
  for (const { tag, consumerTag } of held) {
    const chunk = chunks.at(-1);
    if (chunk && chunk.consumerTag === consumerTag && chunk.size < nackSize) {
      chunk.size += 1;
      chunk.lastTag = tag;
    } else {
      chunks.push({ consumerTag, size: 1, lastTag: tag });
    }
  }
  return chunks;
}

function taggedAs(deliveryTag: number): Message {
  // amqplib reads only the tag of a message that it settles.
  return { fields: { deliveryTag } } as Message;
}
