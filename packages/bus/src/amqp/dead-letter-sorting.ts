import type { Channel, GetMessage } from 'amqplib';
import {
  deadLetterQueue,
  type DeadLetterFate,
  type DeadLetterSorter,
  readDeadLetter,
  type SortedDeadLetters,
} from '../dead-letter.ts';
import { BusError } from '../errors.ts';
import type { Delivery } from '../message.ts';
import type { Link, Session } from './link.ts';
import { toDelivery } from './properties.ts';
import type { Publisher } from './publisher.ts';
import { toReplay } from './returned-message.ts';
import { asError, methodTimeoutMs, pause, within } from './within.ts';

/** Most letters on their way back at once. */
const windowSize = 256;

/** More letters than these are not all taken only to keep them in order. */
const maxPassedOver = 1000;

/** How long the broker may take to confirm a letter that is replayed. */
const replayTimeoutMs = 10_000;

/** How long it is looked for what was given back; somebody else may have taken it meanwhile. */
const giveBackTimeoutMs = 1000;
const giveBackPauseMs = 5;

export interface DeadLetterSortingOptions {
  readonly link: Link;
  /** For the letters that are replayed. */
  readonly publisher: Publisher;
}

/**
 * Takes the dead letters of a queue one after the other, on a channel of its own.
 *
 * | fate | frames |
 * |---|---|
 * | `keep`, `enough` | nack, when all have been seen |
 * | `replay` | publish to the queue, confirm, ack |
 * | `purge` | ack |
 *
 * The broker gives back what is not acked when the channel ends, for whatever reason, to the place
 * where it was. So a letter is in one of the two queues at any time, and in both from the confirm
 * until the ack.
 * @throws BusError
 */
export async function sortDeadLetters(
  queue: string,
  sorter: DeadLetterSorter,
  { link, publisher }: DeadLetterSortingOptions,
): Promise<SortedDeadLetters> {
  const { session, status } = link;
  if (!session) throw new BusError('BROKER_UNAVAILABLE', status.reason);
  const limits = { timeoutMs: methodTimeoutMs, signal: session.signal };
  const opening = session.model.createChannel().then((channel) => channel.on('error', () => {}));
  try {
    const channel = await within('opening a channel', opening, limits);
    const sorting = new DeadLetterSorting(queue, { channel, session, publisher });
    const sorted = await sorting.run(sorter);
    await sorting.giveBack();
    await within('closing a channel', channel.close(), limits);
    return sorted;
  } catch (cause) {
    // Whatever was taken goes back with its channel, also with one that opens too late.
    void opening.then((channel) => channel.close()).catch(() => {});
    if (cause instanceof BusError) throw cause;
    throw new BusError('BROKER_UNAVAILABLE', asError(cause).message, { cause });
  }
}

interface DeadLetterSortingParts {
  readonly channel: Channel;
  readonly session: Session;
  readonly publisher: Publisher;
}

/** One walk through the dead letters of a queue. */
class DeadLetterSorting {
  readonly #queue: string;
  readonly #parts: DeadLetterSortingParts;
  readonly #replaying = new Set<Promise<void>>();
  #failure: unknown;
  #kept = 0;
  #replayed = 0;
  #purged = 0;

  constructor(queue: string, parts: DeadLetterSortingParts) {
    this.#queue = queue;
    this.#parts = parts;
  }

  async run(sorter: DeadLetterSorter): Promise<SortedDeadLetters> {
    // What dies again meanwhile comes to the end of the queue, and is not waited for.
    const count = await this.#count();
    let seen = 0;
    while (seen < count && !this.#failure) {
      const received = await this.#take();
      if (!received) break;
      seen += 1;
      if (this.#settle(received, sorter) === 'enough') {
        if (count <= maxPassedOver) await this.#passOver(count - seen);
        break;
      }
      if (this.#replaying.size >= windowSize) await Promise.race(this.#replaying);
    }
    await Promise.all(this.#replaying);
    if (this.#failure) throw this.#failure;
    return { seen, replayed: this.#replayed, purged: this.#purged };
  }

  #take(): Promise<GetMessage | false> {
    return this.#answerTo(this.#parts.channel.get(deadLetterQueue(this.#queue)));
  }

  /** The broker puts what was given back behind what was given back before: so the rest has to be, too. */
  async #passOver(count: number): Promise<void> {
    for (let left = count; left > 0 && (await this.#take()); left -= 1) this.#kept += 1;
  }

  /** Puts back what stays; the broker does so soon after it was told to, and whoever looks next is to find it. */
  async giveBack(): Promise<void> {
    const { channel, session } = this.#parts;
    if (this.#kept === 0) return;
    const before = await this.#count();
    channel.nackAll();
    const endMs = performance.now() + giveBackTimeoutMs;
    while ((await this.#count()) < before + this.#kept && performance.now() < endMs) {
      await pause(giveBackPauseMs, session.signal);
    }
  }

  async #count(): Promise<number> {
    const name = deadLetterQueue(this.#queue);
    return (await this.#answerTo(this.#parts.channel.checkQueue(name))).messageCount;
  }

  #answerTo<T>(asked: Promise<T>): Promise<T> {
    return within('the broker', asked, { timeoutMs: methodTimeoutMs, signal: this.#parts.session.signal });
  }

  #settle(received: GetMessage, sorter: DeadLetterSorter): DeadLetterFate {
    const delivery = toDelivery(received, { kind: 'dead' });
    const fate = sorter(readDeadLetter(delivery, { queue: this.#queue, attempt: delivery.attempt }));
    if (fate === 'keep' || fate === 'enough') this.#kept += 1;
    if (fate === 'purge') {
      this.#parts.channel.ack(received);
      this.#purged += 1;
    }
    if (fate === 'replay') {
      const replaying = this.#replay({ delivery, received })
        .catch((error: unknown) => {
          this.#failure ??= error;
        })
        .finally(() => this.#replaying.delete(replaying));
      this.#replaying.add(replaying);
    }
    return fate;
  }

  async #replay(letter: { delivery: Delivery; received: GetMessage }): Promise<void> {
    const { publisher, channel } = this.#parts;
    const { plainProperties, ...message } = toReplay(letter, this.#queue);
    const deadlineEpochMs = Date.now() + replayTimeoutMs;
    await publisher.publish({ ...message, deadlineEpochMs }).catch((error: unknown) => {
      if (error instanceof BusError) throw error;
      // Properties that another program wrote may not fit once more.
      return publisher.publish({ ...message, properties: plainProperties, deadlineEpochMs });
    });
    channel.ack(letter.received);
    this.#replayed += 1;
  }
}
