export { createLive } from './live.ts';
export type { Live, LiveOptions } from './live.ts';
export type { UpgradeListener } from './web-sockets.ts';
export type { LiveLimits } from './limits.ts';
export { createLiveMetrics } from './metrics.ts';
export type { LiveMetrics } from './metrics.ts';
