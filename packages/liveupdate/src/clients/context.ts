import type { Authenticator, Origins } from '@restmapper/auth';
import type { Log } from '@restmapper/core';
import type { ConnectionLimiter } from './connection-limiter.ts';
import type { LiveFeeds } from './live-feeds.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMetrics } from './metrics.ts';

/** Shared by all connections of one process, whatever their kind. */
export interface LiveContext {
  readonly feeds: LiveFeeds;
  readonly authenticator: Authenticator;
  readonly origins: Origins;
  readonly door: ConnectionLimiter;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
  readonly log: Log;
}
