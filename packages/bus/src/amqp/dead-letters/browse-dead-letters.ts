import { randomUUID } from 'node:crypto';
import type { Channel, Message } from 'amqplib';
import { busHeaders } from '../../contract/bus-headers.ts';
import {
  type DeadLetter,
  type DeadLetterFate,
  type DecideDeadLetter,
  readDeadLetter,
  type BrowsedDeadLetters,
} from '../../contract/dead-letter.ts';
import { BusError } from '../../contract/errors.ts';
import type { Delivery } from '../../contract/message.ts';
import { type DeadLetterPlace, reasonOf } from '../../dispatch/dead-letter-place.ts';
import { amqpHeaders, readWholeNumber } from '../wire/amqp-headers.ts';
import { DeadLetterReader } from './dead-letter-reader.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { openOwnChannel } from '../connection/own-channel.ts';
import { toDelivery } from '../wire/properties.ts';
import type { Publisher } from '../publishing/publisher.ts';
import type { Publishers } from '../publishing/publishers.ts';
import { type ReturnedMessage, toKeptLetter, toReplay } from '../consuming/returned-message.ts';
import { asError, within } from '@restmapper/core';
import { methodTimeoutMs } from '../connection/method-timeout.ts';

/** Beyond this number, messages are not taken only to keep their order. */
const maxPassedOver = 1000;

/** Assumes that an operator's policy sets no `delivery-limit` below one more than this. */
const maxReturns = 2;

/** How long the broker may take to confirm a replacement. */
const moveTimeoutMs = 10_000;

export interface DeadLetterSortingOptions {
  readonly connection: RecoveringConnection;
  readonly publishers: Pick<Publishers, 'returns' | 'away'>;
}

/**
 * Processes the dead letters of a queue in sequence, on its own channel.
 *
 * | fate | frames |
 * |---|---|
 * | `keep`, `stop` | nack after all have been seen; or as below |
 * | `replay` | publish to the queue or the exchange, confirm, ack |
 * | `purge` | ack |
 *
 * When the channel ends, for whatever reason, the broker returns unacked messages to their places. So a
 * message is in one of the two queues at any time, and in both from the confirm until the ack.
 *
 * RabbitMQ before 4.3 counts a nack as a delivery, and drops messages that exceed an operator's
 * `delivery-limit`. So a message that was returned twice is replaced when it is kept: publish to the dead
 * letters, confirm, ack. All later ones are replaced along with it, which keeps their order.
 * @throws BusError
 */
export async function browseDeadLetters(
  place: DeadLetterPlace,
  sorter: DecideDeadLetter,
  { connection, publishers }: DeadLetterSortingOptions,
): Promise<BrowsedDeadLetters> {
  const session = connection.requireSession();
  const limits = { timeoutMs: methodTimeoutMs, signal: session.signal };
  const opening = openOwnChannel(session.model);
  try {
    const channel = await within('opening a channel', opening, limits);
    const sorting = new DeadLetterSorting(place, { channel, session, publishers });
    const sorted = await sorting.run(sorter);
    await within('closing a channel', channel.close(), limits);
    return sorted;
  } catch (cause) {
    // Closing the channel returns everything taken, even if it opens too late.
    void opening.then((channel) => channel.close()).catch(() => {});
    if (cause instanceof BusError) throw cause;
    throw new BusError('BROKER_UNAVAILABLE', asError(cause).message, { cause });
  }
}

interface DeadLetterSortingParts {
  readonly channel: Channel;
  readonly session: Session;
  readonly publishers: DeadLetterSortingOptions['publishers'];
}

/** A parsed dead letter with its original delivery. */
interface TakenLetter {
  readonly letter: DeadLetter;
  readonly delivery: Delivery;
  readonly received: Message;
}

/** One walk through the dead letters of a queue. */
class DeadLetterSorting {
  /** Marks the replacements of this walk. */
  readonly #id = randomUUID();
  readonly #place: DeadLetterPlace;
  readonly #parts: DeadLetterSortingParts;
  readonly #reader: DeadLetterReader;
  readonly #moving = new Set<Promise<void>>();
  #failure: unknown;
  #replacesKept = false;
  #isOrdered = true;
  #replaced = 0;
  #met = 0;
  #replayed = 0;
  #purged = 0;

  constructor(place: DeadLetterPlace, parts: DeadLetterSortingParts) {
    this.#place = place;
    this.#parts = parts;
    this.#reader = new DeadLetterReader(place.letters, {
      channel: parts.channel,
      signal: parts.session.signal,
    });
  }

  async run(sorter: DecideDeadLetter): Promise<BrowsedDeadLetters> {
    // Messages that die again meanwhile join the end of the queue, and are not included.
    const count = await this.#reader.count();
    const seen = await this.#show(count, sorter);
    await this.#meetReplacements();
    await this.#settleMoved();
    await this.#reader.stop();
    for (const received of this.#reader.takeArrived()) this.#pass(this.#read(received));
    await this.#settleMoved();
    await this.#reader.giveBack();
    return { seen, replayed: this.#replayed, purged: this.#purged };
  }

  /** Resolves when all moved messages are acked, and the broker knows it. @throws the first failure. */
  async #settleMoved(): Promise<void> {
    await Promise.all(this.#moving);
    await this.#reader.settle();
    if (!this.#failure) return;
    // A lost connection explains more than the failures of its messages.
    await this.#reader.count();
    throw this.#failure;
  }

  /** Resolves with the number of messages shown to the callback. */
  async #show(count: number, sorter: DecideDeadLetter): Promise<number> {
    for (let seen = 0; seen < count && !this.#failure; ) {
      const taken = await this.#next(count - seen);
      if (!taken) return seen;
      // Another reader has taken some, so the first replacements arrive already.
      if (this.#isReplacement(taken)) {
        this.#meet(taken);
        return seen;
      }
      seen += 1;
      if (this.#settle(taken, sorter(taken.letter)) !== 'stop') continue;
      await this.#passOver(count - seen);
      return seen;
    }
    return count;
  }

  /** The next of at least `left` messages; replacements arrive once they are confirmed. */
  async #next(left: number): Promise<TakenLetter | undefined> {
    let received = await this.#reader.next(left);
    while (!received && this.#moving.size > 0 && !this.#failure) {
      await Promise.all(this.#moving);
      received = await this.#reader.next(left);
    }
    received ??= await this.#reader.nextOrNone();
    return received && this.#read(received);
  }

  #read(received: Message): TakenLetter {
    const delivery = toDelivery(received, { queue: this.#place.letters, kind: 'dead' });
    const { routingKey, attempt } = delivery;
    const reason = reasonOf(this.#place, routingKey);
    const letter = readDeadLetter(delivery, { queue: this.#place.queue, routingKey, attempt, reason });
    return { letter, delivery, received };
  }

  /** The broker puts returned messages after those returned before, so the rest must be returned too. */
  async #passOver(count: number): Promise<void> {
    if (count > maxPassedOver) {
      this.#isOrdered = false;
      return;
    }
    for (let left = count; left > 0 && !this.#failure; left -= 1) {
      const taken = await this.#next(left);
      if (!taken) return;
      this.#keep(taken);
    }
  }

  /** Takes all replacements, and replaces messages that died between them, so that the order is kept. */
  async #meetReplacements(): Promise<void> {
    const most = this.#replaced + maxPassedOver;
    while (this.#isOrdered && this.#met < this.#replaced && this.#replaced < most && !this.#failure) {
      const taken = await this.#next(this.#replaced - this.#met);
      if (!taken) return;
      if (this.#isReplacement(taken)) this.#meet(taken);
      else this.#replace(taken);
    }
  }

  #settle(taken: TakenLetter, fate: DeadLetterFate): DeadLetterFate {
    if (fate === 'keep' || fate === 'stop') this.#keep(taken);
    if (fate === 'purge') {
      this.#reader.ack(taken.received);
      this.#purged += 1;
    }
    if (fate === 'replay') {
      this.#follow(
        this.#replay(taken).then(() => {
          this.#replayed += 1;
        }),
      );
    }
    return fate;
  }

  #keep(taken: TakenLetter): void {
    this.#replacesKept ||= isWorn(taken.received);
    if (this.#replacesKept) this.#replace(taken);
    else this.#reader.hold(taken.received);
  }

  /** Keeps a message that is not shown to the callback. */
  #pass(taken: TakenLetter): void {
    if (isWorn(taken.received)) this.#replace(taken);
    else this.#reader.hold(taken.received);
  }

  #isReplacement({ received }: TakenLetter): boolean {
    return received.properties.headers?.[busHeaders.replacedBy] === this.#id;
  }

  #meet({ received }: TakenLetter): void {
    this.#met += 1;
    this.#reader.hold(received);
  }

  #replace({ received, ...taken }: TakenLetter): void {
    this.#replaced += 1;
    const { queue, letters } = this.#place;
    const kept = toKeptLetter({ received, ...taken }, { queue, replacedBy: this.#id });
    this.#follow(
      this.#move(received, { ...kept, routingKey: letters }).catch((error: unknown) => {
        if (!(error instanceof BusError && error.code === 'BROKER_REFUSED')) throw error;
        // The queue is full, so the message is returned once more.
        this.#replaced -= 1;
        this.#reader.hold(received);
      }),
    );
  }

  #follow(move: Promise<void>): void {
    const following = move
      .catch((error: unknown) => {
        this.#failure ??= error;
      })
      .finally(() => this.#moving.delete(following));
    this.#moving.add(following);
  }

  #replay(taken: TakenLetter): Promise<void> {
    const { queue, exchange } = this.#place;
    const replayed = toReplay(taken, queue);
    if (exchange === '') return this.#move(taken.received, replayed);
    // A missing exchange closes the channel.
    const { away } = this.#parts.publishers;
    return this.#move(taken.received, { ...replayed, exchange, routingKey: taken.letter.routingKey }, away);
  }

  /** Publishes a replacement, then acks the original. */
  async #move(
    received: Message,
    { plainProperties, ...message }: ReturnedMessage,
    publisher: Publisher = this.#parts.publishers.returns,
  ): Promise<void> {
    const deadlineEpochMs = Date.now() + moveTimeoutMs;
    await publisher.publish({ ...message, deadlineEpochMs }).catch((error: unknown) => {
      if (error instanceof BusError) throw error;
      // Properties written by another program may not be writable again.
      return publisher.publish({ ...message, properties: plainProperties, deadlineEpochMs });
    });
    this.#reader.ack(received);
  }
}

/** Whether the message was returned so often that the broker might drop it the time after next. */
function isWorn({ properties }: Message): boolean {
  return (readWholeNumber(properties.headers?.[amqpHeaders.returns]) ?? 0) >= maxReturns;
}
