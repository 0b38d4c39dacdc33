import type { OutgoingProperties } from './properties.ts';

/** One message on its way to the broker. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** `mandatory` unless it may go nowhere. */
  readonly properties: OutgoingProperties;
  readonly deadlineEpochMs: number;
  /** Aborts when the message must not be sent any more; what was sent by then is. */
  readonly signal?: AbortSignal;
}
