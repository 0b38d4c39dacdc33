import type { Channel, ConsumeMessage } from 'amqplib';
import { CancelledError } from '../connection/cancelled-error.ts';
import { replyExchange } from '../topology/topology-plan.ts';
import type { Recovering } from '../connection/recovering.ts';
import { closeChannel, openRecoveringChannel } from '../connection/recovering-channel.ts';
import type { OpenChannel } from '../connection/recovering-channel.ts';
import type { RecoveringConnection } from '../connection/recovering-connection.ts';
import { Outage } from '../connection/outage.ts';

export interface ReplyQueueOptions {
  /** Whether `RPC` is the bus's own, to which the queue is then bound. */
  readonly hasOwnExchange: () => boolean;
  /** Called when replies can arrive, in a queue of another name each time. */
  readonly onOpen: () => void;
  readonly onReply: (reply: ConsumeMessage) => void;
  /** Called when replies to earlier requests can no longer arrive. */
  readonly onLost: (reason: Error) => void;
}

/**
 * The reply queue of this process: exclusive, named by the broker, bound to `RPC` with its own name. It is
 * also reachable through the default exchange, and through those of other applications to which
 * `ForeignObjects` binds it.
 */
export class ReplyQueue {
  readonly #recovering: Recovering<OpenChannel<Channel>>;
  readonly #options: ReplyQueueOptions;
  readonly #outage = new Outage();
  #declared = '';

  constructor(connection: RecoveringConnection, options: ReplyQueueOptions) {
    this.#options = options;
    this.#recovering = openRecoveringChannel(connection, {
      create: (model) => model.createChannel(),
      setUp: (channel, life) => this.#setUp(channel, life),
      onOpen: options.onOpen,
      onLost: options.onLost,
      outage: this.#outage,
    });
  }

  /** Its name, while replies can arrive. */
  get name(): string | undefined {
    return this.#recovering.current && this.#declared;
  }

  /** Its name, as soon as replies can arrive. @throws the signal's reason if it aborts first. */
  async available(signal: AbortSignal): Promise<string> {
    await this.#recovering.available(signal);
    return this.#declared;
  }

  /** Why no replies can arrive, although the connection is up. */
  get trouble(): string | undefined {
    return this.#outage.reason;
  }

  close(): Promise<void> {
    this.#outage.close();
    return closeChannel(this.#recovering);
  }

  async #setUp(channel: Channel, life: AbortController): Promise<void> {
    const { queue } = await channel.assertQueue('', {
      exclusive: true,
      durable: false,
      arguments: { 'x-queue-type': 'classic' },
    });
    if (this.#options.hasOwnExchange()) await channel.bindQueue(queue, replyExchange, queue);
    const receive = (message: ConsumeMessage | null): void => {
      if (message) this.#options.onReply(message);
      else life.abort(new CancelledError(queue));
    };
    await channel.consume(queue, receive, { noAck: true, exclusive: true });
    this.#declared = queue;
  }
}
