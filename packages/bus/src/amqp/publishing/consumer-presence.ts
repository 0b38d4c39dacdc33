import type { Channel } from 'amqplib';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';
import { countConsumers } from '../fast-path/count-consumers.ts';
import { QueueTraffic } from './queue-traffic.ts';

/** If the broker does not answer in time, the request's own deadline applies. */
const countTimeoutMs = 1000;

/**
 * Tracks whether a queue has consumers, so that a request without a worker fails at once.
 *
 * It asks the broker before a request is sent, because what has been sent cannot be taken back; requests that
 * arrive meanwhile share the next answer. Only right after a reply, or on a busy queue whose requests are being
 * answered, is a request sent unasked: should the worker leave at this moment, the request waits for its deadline.
 * When the broker cannot be asked, a worker is assumed.
 */
export class ConsumerPresence {
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #outage = new Outage();
  readonly #traffic = new Map<string, QueueTraffic>();

  constructor(connection: RecoveringConnection) {
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
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
    return new Promise((resolve) => {
      // The loss of the channel is an answer as well.
      const timer = setTimeout(resolve, countTimeoutMs, true);
      const end = (hasWorker: boolean): void => {
        clearTimeout(timer);
        resolve(hasWorker);
      };
      countConsumers(open.channel, queue).then(
        (count) => end(count > 0),
        () => end(true),
      );
    });
  }
}
