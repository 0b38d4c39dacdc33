import type { Channel, ConsumeMessage } from 'amqplib';
import type { FeedListener, FollowOptions, Subscription } from '../bus.ts';
import type { Log } from '../log.ts';
import type { FeedMessage } from '../message.ts';
import type { Keeper } from './keeper.ts';
import { closeChannel, keepChannel } from './kept-channel.ts';
import type { OpenChannel } from './kept-channel.ts';
import type { Link } from './link.ts';
import { toFeedMessage } from './properties.ts';

/** Streams are read ahead without a consumer's work in between; more gains nothing. */
const prefetch = 500;

/** How far the broker's clock may be behind ours without a message being missed. */
const clockToleranceSeconds = 60;

export interface FollowerOptions {
  readonly link: Link;
  readonly feed: string;
  readonly listener: FeedListener;
  readonly from: FollowOptions['from'];
  readonly log: Log;
}

/**
 * Reads a stream, and goes on after the last offset seen whenever its channel was lost.
 *
 * One who follows what comes `next`, and has seen nothing when the channel is lost, has no offset to
 * go on after. It then reads from a minute before it first came, and leaves out what is older by the
 * messages' own timestamps; so nothing that was published meanwhile is missed, as far as the clocks
 * of its publishers agree with its own.
 */
export class Follower implements Subscription {
  readonly ready: Promise<void>;
  readonly #options: FollowerOptions;
  readonly #keeper: Keeper<OpenChannel<Channel>>;
  #seen: number;
  #sinceMs: number | undefined;
  #isClosed = false;

  constructor(options: FollowerOptions) {
    const { from, link } = options;
    this.#options = options;
    this.#seen = typeof from === 'object' ? from.after : -1;
    let markReady = (): void => {};
    this.ready = new Promise((resolve) => {
      markReady = resolve;
    });
    this.#keeper = keepChannel(link, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: () => {
        this.#sinceMs ??= Date.now();
        markReady();
      },
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await closeChannel(this.#keeper);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    await channel.prefetch(prefetch);
    const receive = (received: ConsumeMessage | null): void => {
      try {
        if (!received) throw new Error('the broker cancelled the follower');
        this.#tell(toFeedMessage(received));
        channel.ack(received);
      } catch (error) {
        life.abort(error);
      }
    };
    await channel.consume(this.#options.feed, receive, { arguments: { 'x-stream-offset': this.#start() } });
  }

  /** @see https://www.rabbitmq.com/docs/streams#consuming */
  #start(): unknown {
    if (this.#seen >= 0) return this.#seen + 1;
    if (this.#options.from !== 'next' || this.#sinceMs === undefined) return this.#options.from;
    return { '!': 'timestamp', value: Math.floor(this.#sinceMs / 1000) - clockToleranceSeconds };
  }

  #tell(message: FeedMessage): void {
    const { listener, from, feed, log } = this.#options;
    if (this.#isClosed || message.offset <= this.#seen) return;
    const isOlder = from === 'next' && this.#seen < 0 && message.timestampMs < (this.#sinceMs ?? 0);
    if (isOlder) return;
    this.#seen = message.offset;
    try {
      listener(message);
    } catch (error) {
      log.error({ err: error, feed, offset: message.offset }, 'a listener failed on a message of a feed');
    }
  }
}
