import type { Authenticator } from '@restmapper/auth';
import type { Bus } from '@restmapper/bus';

/** What everything works with that a server serves. */
export interface ServedParts {
  readonly bus: Bus;
  readonly authenticator: Authenticator;
}
