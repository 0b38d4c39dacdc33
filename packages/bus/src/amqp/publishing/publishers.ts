import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Publisher } from './publisher.ts';
import { maxPendingRequests } from './requester.ts';

/**
 * The publishers of a bus: one channel per kind of message, so that a problem with one does not affect the
 * others.
 */
export class Publishers {
  readonly events: Publisher;
  readonly requests: Publisher;
  readonly replies: Publisher;
  /** For retries and dead letters. */
  readonly returns: Publisher;
  readonly #connection: RecoveringConnection;
  #away: Publisher | undefined;

  constructor(connection: RecoveringConnection) {
    this.#connection = connection;
    this.events = new Publisher(connection);
    // The number of waiting requests is already limited.
    this.requests = new Publisher(connection, { windowSize: maxPendingRequests });
    this.replies = new Publisher(connection);
    this.returns = new Publisher(connection);
  }

  /** For exchanges that may be missing, such as foreign ones; most processes have none. */
  get away(): Publisher {
    this.#away ??= new Publisher(this.#connection);
    return this.#away;
  }

  get unconfirmed(): number {
    return this.#all.reduce((sum, publisher) => sum + publisher.unconfirmed, 0);
  }

  /** Why a channel cannot be opened although the connection is up, by its kind of message. */
  get troubles(): readonly (readonly [name: string, reason: string | undefined])[] {
    return [
      ['events', this.events.trouble],
      ['requests', this.requests.trouble],
      ['replies', this.replies.trouble],
      ['retries', this.returns.trouble],
      ['other exchanges', this.#away?.trouble],
    ];
  }

  async whenIdle(): Promise<void> {
    await Promise.all(this.#all.map((publisher) => publisher.whenIdle()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((publisher) => publisher.close()));
  }

  get #all(): readonly Publisher[] {
    const all = [this.events, this.requests, this.replies, this.returns];
    return this.#away ? [...all, this.#away] : all;
  }
}
