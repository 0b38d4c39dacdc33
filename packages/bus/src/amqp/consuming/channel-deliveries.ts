import type { Channel, ConsumeMessage } from 'amqplib';
import type { Delivery } from '../../contract/message.ts';
import { UnackedTags } from './unacked-tags.ts';

/** A delivery with its lease. */
export interface ChannelDelivery {
  readonly delivery: Delivery;
  readonly received: ConsumeMessage;
  /** How often it was returned unsettled before. */
  readonly returns: number;
  readonly lease: ChannelDeliveries;
}

/**
 * The right to settle the deliveries of one channel; it ends with the channel.
 *
 * Afterwards the broker has every unsettled message again, and the old tags are invalid: late acks are not
 * sent.
 */
export class ChannelDeliveries {
  readonly #channel: Channel;
  readonly #life: AbortController;
  readonly #ledger = new UnackedTags();
  #taken = 0;

  constructor(channel: Channel, life: AbortController) {
    this.#channel = channel;
    this.#life = life;
  }

  /** Aborts when the lease ends. */
  get signal(): AbortSignal {
    return this.#life.signal;
  }

  /** The number of deliveries so far. */
  get taken(): number {
    return this.#taken;
  }

  /** The number of unsettled deliveries. */
  get open(): number {
    return this.#ledger.size;
  }

  take({ fields }: ConsumeMessage): void {
    this.#taken += 1;
    this.#ledger.add(fields.deliveryTag);
  }

  ack(deliveries: readonly ChannelDelivery[]): void {
    const tags = deliveries.map(({ received }) => received.fields.deliveryTag);
    this.#settle(() => {
      for (const { tag, multiple } of this.#ledger.ack(tags)) this.#channel.ack(taggedAs(tag), multiple);
    });
  }

  /** Returns a delivery to its queue. */
  requeue({ received }: ChannelDelivery): void {
    this.#ledger.drop(received.fields.deliveryTag);
    this.#settle(() => this.#channel.nack(received, false, true));
  }

  #settle(send: () => void): void {
    if (this.signal.aborted) return;
    try {
      send();
    } catch (error) {
      // The channel is being closed; the broker then takes back all unsettled messages.
      this.#life.abort(error);
    }
  }
}

function taggedAs(deliveryTag: number): ConsumeMessage {
  // amqplib reads only the tag of a message that it acks.
  return { fields: { deliveryTag } } as ConsumeMessage;
}
