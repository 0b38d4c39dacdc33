import type { Channel, ConsumeMessage } from 'amqplib';
import type { FeedBreak, FeedListener, FollowOptions, Subscription } from '../../contract/bus.ts';
import { type Log, pause } from '@restmapper/core';
import type { FeedMessage } from '../../contract/message.ts';
import { CancelledError } from '../connection/cancelled-error.ts';
import { FeedPosition } from './feed-position.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel, Prerequisite } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { toFeedMessage } from '../wire/properties.ts';
import { readNewestOffset } from './newest-offset.ts';
import { Outage } from '../connection/outage.ts';
import { methodTimeoutMs } from '../connection/method-timeout.ts';

/** The prefetch for streams; a larger one gains nothing. */
const prefetch = 500;

export interface FollowerOptions extends FollowOptions {
  readonly connection: RecoveringConnection;
  readonly feed: string;
  /** Whether the feed can be used. */
  readonly prerequisite: Prerequisite;
  readonly listener: FeedListener;
  /** How long nothing can be read, although the broker is there, before the listener is told so. */
  readonly unreadableAfterMs: number;
  readonly log: Log;
}

/** Reads a stream, and resumes after the last message seen whenever its channel was lost. */
export class Follower implements Subscription {
  readonly ready: Promise<void>;
  readonly #options: FollowerOptions;
  readonly #position: FeedPosition;
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #outage: Outage;
  #markReady = (): void => {};
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#position = new FeedPosition(options.from);
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
    this.#outage = new Outage({
      graceMs: options.unreadableAfterMs,
      onBegin: (reason) => this.#lose(reason),
    });
    this.#recovering = openRecoveringChannel(options.connection, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: () => this.#checkReady(),
      outage: this.#outage,
      prerequisite: options.prerequisite,
    });
  }

  /** The feed that it follows. */
  get source(): string {
    return this.#options.feed;
  }

  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#outage.close();
    await closeChannel(this.#recovering);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    await channel.prefetch(prefetch);
    if (this.#position.needsNewest) {
      const isAhead = this.#position.learnNewest(await readNewestOffset(channel, this.#options.feed));
      if (isAhead) return this.#restart(life);
    }
    const { start } = this.#position;
    this.#position.begin(Date.now());
    const receive = (received: ConsumeMessage | null): void => {
      try {
        if (!received) throw new CancelledError(this.#options.feed);
        this.#read(received, life);
        channel.ack(received);
      } catch (error) {
        life.abort(error);
      }
    };
    await channel.consume(this.#options.feed, receive, { arguments: { 'x-stream-offset': start } });
    // A stream that is shorter than before delivers nothing.
    void pause(methodTimeoutMs, life.signal).then(() => this.#position.isProven || this.#restart(life));
  }

  #read(received: ConsumeMessage, life: AbortController): void {
    const message = toFeedMessage(received);
    if (this.#isClosed || life.signal.aborted) return;
    const verdict = this.#position.read(message, received.properties.messageId);
    if (verdict === 'restart') return this.#restart(life);
    if (verdict === 'dropped') this.#tell('dropped');
    if (verdict !== 'skip') this.#show(message);
    this.#checkReady();
  }

  #show(message: FeedMessage): void {
    const { listener, feed, log } = this.#options;
    try {
      listener(message);
    } catch (error) {
      log.error({ err: error, feed, offset: message.offset }, 'a listener failed on a message of a feed');
    }
  }

  #tell(why: FeedBreak): void {
    const { onBreak, feed, log } = this.#options;
    try {
      onBreak?.(why);
    } catch (error) {
      log.error({ err: error, feed, why }, 'a listener failed on a break of a feed');
    }
  }

  #checkReady(): void {
    if (this.#position.hasRead) this.#markReady();
  }

  #lose(reason: string): void {
    const { feed, log } = this.#options;
    log.warn({ feed, reason }, 'a feed cannot be read');
    this.#tell('unreadable');
  }

  #restart(life: AbortController): void {
    if (life.signal.aborted) return;
    this.#options.log.warn(
      { feed: this.#options.feed },
      'a feed was recreated, or has lost its end; reading it from its beginning',
    );
    this.#position.restart();
    this.#tell('recreated');
    life.abort(new Error('the feed was recreated, or has lost its end'));
  }
}
