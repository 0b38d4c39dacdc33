export { createLive } from './live.ts';
export type { Live, LiveModel, LiveOptions, NextLive } from './live.ts';
export type { UpgradeListener } from './websocket/web-sockets.ts';
export type { LiveLimits } from './clients/limits.ts';
export { createLiveMetrics } from './clients/metrics.ts';
export type { LiveMetrics } from './clients/metrics.ts';
