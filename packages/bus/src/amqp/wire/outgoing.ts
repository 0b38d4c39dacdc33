import type { OutgoingProperties } from './properties.ts';

/** A message to be published. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly body: Buffer;
  /** `mandatory` unless it may be unroutable. */
  readonly properties: OutgoingProperties;
  readonly deadlineEpochMs: number;
  /** Aborts if the message must no longer be sent; it has no effect on a sent message. */
  readonly signal?: AbortSignal;
}
