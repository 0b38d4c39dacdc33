/** How the objects of a topology are on the broker. */
export interface BrokerInspection {
  readonly exchanges: ReadonlyMap<string, ObjectState>;
  /** With dead-letter and delay queues. */
  readonly queues: ReadonlyMap<string, ObjectState>;
  readonly foreign: readonly ForeignState[];
  /** Those of the other queues looked for that are there. */
  readonly others: ReadonlyMap<string, Depth>;
  readonly missingRights: readonly (readonly [right: 'publish' | 'read', name: string])[];
}

/** An exchange or a queue of another application, which is only looked up. */
export interface ForeignState {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  readonly state: ObjectState;
}

/**
 * An exchange or a queue on the broker.
 *
 * | kind | the object |
 * |---|---|
 * | `same` | is there, as it should be |
 * | `missing` | is not there |
 * | `different` | is there with other arguments: declaring it is refused |
 * | `unseen` | this user may not see or compare it |
 */
export type ObjectState = (
  | { readonly kind: 'same' | 'missing' }
  | { readonly kind: 'unseen'; readonly reason: string }
  | { readonly kind: 'different'; readonly differences: readonly Difference[]; readonly reason: string }
) & { readonly depth?: Depth };

/** An argument or property of an object that is not what it should be. */
export interface Difference {
  readonly argument: string;
  /** Absent if it is not set. */
  readonly is: unknown;
  readonly should: unknown;
}

export interface Depth {
  readonly messages: number;
  readonly consumers: number;
}

/** The rights that a user is asked about. */
export interface ProbedRights {
  /** Exchanges that it publishes to. */
  readonly publishes: readonly string[];
  /** Queues that it consumes or follows. */
  readonly reads: readonly string[];
}
