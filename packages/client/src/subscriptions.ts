import { LiveError } from './live-error.ts';
import type { Clock } from './clock.ts';
import type { EndFrame, ErrorFrame, ServerFrame } from './server-frame.ts';
import { type SubscribeOptions, Subscription } from './subscription.ts';

export interface SubscriptionsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Sends a frame, if connected; otherwise `resume` follows on the next connection. */
  readonly send: (frame: object) => void;
}

const retryMs = 1_000;

/** The subscriptions of a client, one per feed, across any number of connections. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #byFeed = new Map<string, Subscription>();
  #lastId = 0;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  /** @throws TypeError if there is one for this feed. */
  add(feed: string, options: SubscribeOptions): Subscription {
    if (this.#byFeed.has(feed)) throw new TypeError(`already subscribed to ${feed}: close that one first`);
    const subscription = new Subscription(feed, options, (subscription) => this.#remove(subscription));
    this.#byFeed.set(feed, subscription);
    this.#request(subscription);
    return subscription;
  }

  /** Renews all subscriptions on a new connection. */
  resume(): void {
    for (const subscription of this.#byFeed.values()) this.#request(subscription);
  }

  receive(frame: ServerFrame, text: string): void {
    switch (frame.t) {
      case 'm':
        return this.#byFeed.get(frame.f)?.receive(frame, text);
      case 'gap':
        return this.#byFeed.get(frame.f)?.lose(frame);
      case 'end':
        return this.#end(frame);
      case 'ok':
        return this.#asking(frame.id)?.accept(frame);
      case 'err':
        return this.#refuse(frame);
      case 'p':
        return this.#advance(frame.at);
      default:
    }
  }

  /** Ends all of them. */
  close(): void {
    for (const subscription of this.#byFeed.values()) subscription.close();
  }

  /** The connection ended, and will not be reopened automatically. */
  interrupt(error: LiveError): void {
    for (const subscription of this.#byFeed.values()) subscription.interrupt(error);
  }

  #request(subscription: Subscription): void {
    this.#lastId += 1;
    this.#options.send(subscription.request(this.#lastId));
  }

  #remove(subscription: Subscription): void {
    const { feed } = subscription;
    if (this.#byFeed.get(feed) !== subscription) return;
    this.#byFeed.delete(feed);
    this.#lastId += 1;
    this.#options.send({ t: 'unsub', id: this.#lastId, feed });
  }

  #asking(id: number | undefined): Subscription | undefined {
    return [...this.#byFeed.values()].find((subscription) => subscription.isAsking(id));
  }

  #refuse({ id, code, retry, detail }: ErrorFrame): void {
    const subscription = this.#asking(id);
    if (!subscription) return;
    if (retry) return this.#retry(subscription, id);
    // There was no subscription on the server.
    this.#byFeed.delete(subscription.feed);
    subscription.fail(new LiveError(code, detail));
  }

  /** Goes on with the feed that has the name now, or ends the subscription. */
  #end({ f, why }: EndFrame): void {
    const subscription = this.#byFeed.get(f);
    if (!subscription) return;
    if (why === 'changed') return this.#request(subscription);
    this.#byFeed.delete(f);
    subscription.fail(new LiveError('UNKNOWN_FEED', 'the server has this feed no more'));
  }

  /** Retries after one to two seconds, unless the subscription was closed or renewed meanwhile. */
  #retry(subscription: Subscription, id: number | undefined): void {
    const { clock, random } = this.#options;
    clock.after(retryMs * (1 + random()), () => {
      if (this.#asking(id) === subscription) this.#request(subscription);
    });
  }

  #advance(at: Readonly<Record<string, string>>): void {
    for (const [feed, position] of Object.entries(at)) this.#byFeed.get(feed)?.advance(position);
    const [position] = Object.values(at);
    if (position !== undefined) this.#options.send({ t: 'pong', at: position });
  }
}
