import type { Channel, ConsumeMessage, Message } from 'amqplib';
import { deadLetterQueue } from '../dead-letter.ts';
import { AckLedger } from './ack-ledger.ts';
import { methodTimeoutMs, pause, within } from './within.ts';

/** Most messages that one consumer brings. */
const maxWindow = 256;

/** A queue that hands out nothing for so long is asked whether it is empty. */
const idleMs = 200;

/** RabbitMQ keeps the order of what one frame gives back up to this many, and of one consumer. */
const nackSize = 32;

/** How long to look for what was given back; another reader may have taken it meanwhile. */
const giveBackTimeoutMs = 1000;
const giveBackPauseMs = 1;

export interface DeadLetterReaderOptions {
  /** One that nothing else reads from. */
  readonly channel: Channel;
  /** Aborts when the connection is lost. */
  readonly signal: AbortSignal;
}

interface Held {
  readonly tag: number;
  /** The consumer that brought it; none for `basic.get`. */
  readonly consumerTag: string | undefined;
}

interface Chunk {
  readonly consumerTag: string | undefined;
  readonly size: number;
  readonly lastTag: number;
}

/**
 * Takes the dead letters of a queue in their order; each is then acked, or held and given back.
 *
 * Consumers bring them in windows, where `basic.get` would cost a round trip each. A consumer brings as many
 * as its prefetch, and is then cancelled. Only afterwards are its messages acked, since each ack would bring
 * another one: RabbitMQ returns messages that are on their way to a cancelled consumer at once, ahead of
 * those that are held.
 */
export class DeadLetterReader {
  readonly #queue: string;
  readonly #channel: Channel;
  readonly #signal: AbortSignal;
  readonly #arrived: ConsumeMessage[] = [];
  readonly #ledger = new AckLedger();
  readonly #acked: number[] = [];
  readonly #held: Held[] = [];
  #consumerTag: string | undefined;
  /** How many the consumer is still to bring. */
  #awaited = 0;
  #hasAcked = false;
  #wake = (): void => {};

  constructor(queue: string, { channel, signal }: DeadLetterReaderOptions) {
    this.#queue = deadLetterQueue(queue);
    this.#channel = channel;
    this.#signal = signal;
  }

  /** The next one of at least `left` that are still there; `undefined` when none has come for a moment. */
  async next(left: number): Promise<Message | undefined> {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    if (this.#awaited === 0) await this.stop();
    if (this.#consumerTag === undefined) await this.#start(Math.max(1, Math.min(maxWindow, left)));
    await this.#arrival();
    return this.#arrived.shift();
  }

  /** The next one; `undefined` when the queue is empty. */
  async nextOrNone(): Promise<Message | undefined> {
    await this.stop();
    return this.#arrived.shift() ?? this.#get();
  }

  /** How many others may take at present. */
  async count(): Promise<number> {
    return (await this.#answerTo(this.#channel.checkQueue(this.#queue))).messageCount;
  }

  /** Lets no more come. */
  async stop(): Promise<void> {
    const tag = this.#consumerTag;
    if (tag === undefined) return;
    // When this is answered, what was on its way has come.
    if (this.#awaited > 0) await this.count();
    await this.#answerTo(this.#channel.cancel(tag));
    this.#consumerTag = undefined;
    this.#sendAcks();
  }

  /** Takes out what has come. */
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

  /** Leaves one that was taken to be given back. */
  hold({ fields }: Message | ConsumeMessage): void {
    const consumerTag = 'consumerTag' in fields ? fields.consumerTag : undefined;
    this.#held.push({ tag: fields.deliveryTag, consumerTag });
  }

  /**
   * Resolves when what was acked is settled.
   *
   * RabbitMQ's channel keeps acks to itself while many are being written, and forgets them when it is
   * closed. `basic.get` is answered when those are written that came before; what it brings is held.
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
   * Puts what is held back to where it was; the broker does so soon after it was told to, and whoever
   * looks next is to find it.
   */
  async giveBack(): Promise<void> {
    if (this.#held.length === 0) return;
    let expected = await this.count();
    const held = this.#held.splice(0).sort((a, b) => a.tag - b.tag);
    for (const { lastTag, size } of chunksOf(held)) {
      this.#channel.nack(taggedAs(lastTag), true, true);
      expected += size;
      // RabbitMQ's channel would join those that it cannot pass on at once, and mix up their order.
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
      // There is no message when the queue is deleted; the next question to it tells that.
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
      // The channel is closed, which the next question tells; the broker takes back what was not settled.
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

/** What one frame each gives back. */
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
  // The tag is all that amqplib reads of a message that it settles.
  return { fields: { deliveryTag } } as Message;
}
