import { type RouterContext, type RouterMiddleware } from '@koa/router';
import type { RequestState } from './request-state.ts';

export type GatewayContext = RouterContext<RequestState>;

export type GatewayMiddleware = RouterMiddleware<RequestState>;
