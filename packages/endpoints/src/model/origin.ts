/** Where the messages of an input come from: exchanges of other applications, or one of their queues. */
export interface Origin {
  /** The exchanges that its queue is bound to; none if it has a queue of others. */
  readonly from: readonly OriginExchange[];
  /** A queue that is consumed as it is. */
  readonly queue: string | undefined;
  /** The names of members, from the outside, of the value in the body that is the message's id; absent: the property. */
  readonly id: readonly string[] | undefined;
}

/** An exchange of another application, and which of its messages are taken. */
export interface OriginExchange {
  readonly exchange: string;
  /** Of a topic, direct or fanout exchange; empty for a headers exchange. */
  readonly routingKey: string;
  /** The headers of messages of a headers exchange, with `x-match`. */
  readonly match?: Readonly<Record<string, string | number>>;
  /** Present: processes declare the exchange themselves, durable, of this type. */
  readonly declare?: 'topic';
}
