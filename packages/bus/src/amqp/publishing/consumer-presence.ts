import type { Channel } from 'amqplib';
import { titleOfQueue } from '../connection/asking.ts';
import { OpenQuestions } from '../connection/open-questions.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';
import { countConsumers } from '../fast-path/count-consumers.ts';
import { QueueTraffic } from './queue-traffic.ts';

/** After this time without an answer the channel is replaced, and the topology declared again. */
const countTimeoutMs = 1000;

/**
 * Tracks whether a queue has consumers, so that a request without a worker fails at once.
 *
 * It asks the broker before a request is sent, because what has been sent cannot be taken back; requests that
 * arrive meanwhile share the next answer. Only right after a reply, or on a busy queue whose requests are being
 * answered, is a request sent unasked: should the worker leave at this moment, the request waits for its deadline.
 * When the broker cannot be asked, a worker is assumed. A queue that does not answer costs only its own requests: its
 * question stays open on the old channel, and the queue is unavailable until it is answered.
 */
export class ConsumerPresence {
  readonly #connection: RecoveringConnection;
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #outage = new Outage();
  readonly #traffic = new Map<string, QueueTraffic>();
  #life = new AbortController();

  constructor(connection: RecoveringConnection) {
    this.#connection = connection;
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
      setUp: async (_channel, life) => void (this.#life = life),
      outage: this.#outage,
    });
  }

  trafficOf(queue: string): QueueTraffic {
    const known = this.#traffic.get(queue);
    if (known) return known;
    const traffic = new QueueTraffic(queue, () => this.#askBroker(queue));
    this.#traffic.set(queue, traffic);
    return traffic;
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#recovering);
  }

  #askBroker(queue: string): Promise<boolean> {
    const open = this.#recovering.current;
    if (!open) return Promise.resolve(true);
    const asked = countConsumers(open.channel, queue);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(true);
        this.#leave(queue, asked);
      }, countTimeoutMs);
      // The loss of the channel is an answer as well.
      const end = (hasWorker: boolean): void => {
        clearTimeout(timer);
        resolve(hasWorker);
      };
      asked.then(
        (count) => end(count > 0),
        () => end(true),
      );
    });
  }

  /** The questions behind this one on the channel have not been answered because of it. */
  #leave(queue: string, asked: Promise<unknown>): void {
    const { session } = this.#connection;
    if (!session || this.#life.signal.aborted) return;
    void OpenQuestions.of(session.model).add(titleOfQueue(queue), asked);
    this.#life.abort(new Error(`${titleOfQueue(queue)} does not answer`));
  }
}
