import type { Bus, Message } from '@restmapper/bus';
import type { Endpoint, SchemaCompiler } from '@restmapper/endpoints';
import type { GatewayContext } from '../answer/gateway-context.ts';
import type { Answer } from '../answer/reply-reader.ts';

/**
 * Sends the message of a call, and resolves with the resulting answer.
 *
 * @throws BusError, RequestError
 */
export type Dispatch = (
  message: Message,
  context: GatewayContext,
  deadlineEpochMs: number,
) => Promise<Answer>;

export interface DispatchParts {
  readonly bus: Bus;
  readonly compiler: SchemaCompiler;
}

/** How the gateway serves one kind of endpoint; the other half of a delivery's spec. */
export interface GatewayDelivery {
  readonly createDispatch: (endpoint: Endpoint, parts: DispatchParts) => Dispatch;
}
