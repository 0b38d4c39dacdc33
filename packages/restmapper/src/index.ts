export { createGateway } from './gateway.ts';
export type { Gateway, GatewayOptions } from './gateway.ts';
export type { NextModel, ServedModel } from './generation.ts';
export type { GatewayLimits } from './request/limits.ts';
export { createGatewayMetrics } from './observing/metrics.ts';
export type { GatewayMetrics } from './observing/metrics.ts';
export { answerMalformed } from './answer/malformed.ts';
export { originForm } from './request/request-target.ts';
export { deferContinue, sendContinue } from './request/expect-continue.ts';
