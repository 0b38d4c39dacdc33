import type { Message } from '@restmapper/bus';
import type { CallValues, Endpoint, SchemaCompiler } from '@restmapper/endpoints';
import type { GatewayContext } from '../answer/gateway-context.ts';
import type { CallBus } from './timed-bus.ts';
import type { Answer } from '../answer/reply-reader.ts';

/** A call that has been read. */
export interface Call {
  readonly message: Message;
  readonly values: CallValues;
}

/**
 * Sends the message of a call, and resolves with the resulting answer.
 *
 * @throws BusError, RequestError
 */
export type Dispatch = (call: Call, context: GatewayContext, deadlineEpochMs: number) => Promise<Answer>;

export interface DispatchParts {
  /** What a call sends its message on. */
  readonly busOf: (context: GatewayContext) => CallBus;
  readonly compiler: SchemaCompiler;
}

/** How the gateway serves one kind of endpoint; the other half of a delivery's spec. */
export interface GatewayDelivery {
  readonly createDispatch: (endpoint: Endpoint, parts: DispatchParts) => Dispatch;
}
