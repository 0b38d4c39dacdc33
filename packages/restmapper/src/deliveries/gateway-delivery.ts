import type { Bus, Message } from '@restmapper/bus';
import type { Endpoint, SchemaCompiler } from '@restmapper/endpoints';
import type { GatewayContext } from '../answer/gateway-context.ts';
import type { Answer } from '../answer/reply-reader.ts';

/**
 * Sends the message that a call became, and resolves with the answer that follows from it.
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
