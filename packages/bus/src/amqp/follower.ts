import type { Channel, ConsumeMessage } from 'amqplib';
import type { FeedListener, FollowOptions, Subscription } from '../bus.ts';
import type { Log } from '../log.ts';
import type { FeedMessage } from '../message.ts';
import { CancelledError } from './cancelled-error.ts';
import { FeedPosition } from './feed-position.ts';
import type { Keeper } from './keeper.ts';
import { closeChannel, keepChannel } from './kept-channel.ts';
import type { OpenChannel } from './kept-channel.ts';
import type { Link } from './link.ts';
import { toFeedMessage } from './properties.ts';
import { methodTimeoutMs, pause } from './within.ts';

/** Streams are read ahead without a consumer's work in between; more gains nothing. */
const prefetch = 500;

export interface FollowerOptions {
  readonly link: Link;
  readonly feed: string;
  readonly listener: FeedListener;
  readonly from: FollowOptions['from'];
  readonly log: Log;
}

/** Reads a stream, and goes on after the last message seen whenever its channel was lost. */
export class Follower implements Subscription {
  readonly ready: Promise<void>;
  readonly #options: FollowerOptions;
  readonly #position: FeedPosition;
  readonly #keeper: Keeper<OpenChannel<Channel>>;
  #isClosed = false;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#position = new FeedPosition(options.from);
    let markReady = (): void => {};
    this.ready = new Promise((resolve) => {
      markReady = resolve;
    });
    this.#keeper = keepChannel(options.link, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: () => markReady(),
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await closeChannel(this.#keeper);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    const { start } = this.#position;
    this.#position.begin(Date.now());
    await channel.prefetch(prefetch);
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
    // A stream that is shorter than it was shows nothing.
    void pause(methodTimeoutMs, life.signal).then(() => this.#position.isProven || this.#restart(life));
  }

  #read(received: ConsumeMessage, life: AbortController): void {
    const message = toFeedMessage(received);
    if (this.#isClosed || life.signal.aborted) return;
    const verdict = this.#position.read(message, received.properties.messageId);
    if (verdict === 'show') this.#show(message);
    if (verdict === 'restart') this.#restart(life);
  }

  #show(message: FeedMessage): void {
    const { listener, feed, log } = this.#options;
    try {
      listener(message);
    } catch (error) {
      log.error({ err: error, feed, offset: message.offset }, 'a listener failed on a message of a feed');
    }
  }

  #restart(life: AbortController): void {
    if (life.signal.aborted) return;
    this.#options.log.warn(
      { feed: this.#options.feed },
      'a feed was made anew; it is read from its beginning',
    );
    this.#position.restart();
    life.abort(new Error('the feed was made anew'));
  }
}
