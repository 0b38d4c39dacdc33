import type { Authenticator } from '@restmapper/auth';
import type { Bus } from '@restmapper/bus';
import type { Part, ServedGeneration } from './part.ts';

/** The context of everything that a server serves. */
export interface ServedParts {
  readonly bus: Bus;
  /** The first generation's. */
  readonly authenticator: Authenticator;
}

/** A part with a listener that stays the same for all generations. */
export interface Listening<Listener> {
  readonly listener: Listener;
  readonly part: Part<ServedGeneration>;
}
