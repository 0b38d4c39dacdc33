export { createGateway } from './gateway.ts';
export type { Gateway, GatewayOptions } from './gateway.ts';
export type { GatewayLimits } from './limits.ts';
export { createGatewayMetrics } from './metrics.ts';
export type { GatewayMetrics } from './metrics.ts';
export { answerMalformed } from './malformed.ts';
export { originForm } from './request-target.ts';
export { deferContinue, sendContinue } from './expect-continue.ts';
