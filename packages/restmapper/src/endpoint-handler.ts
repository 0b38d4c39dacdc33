import { gatewayDeliveries } from './deliveries/gateway-deliveries.ts';
import { type CallBus, timeCall } from './deliveries/timed-bus.ts';
import type { IncomingMessage } from 'node:http';
import { type Bus, encodeContent, type Envelope, type Message } from '@restmapper/bus';
import type { Identity } from '@restmapper/core';
import { type Endpoint, ownEventOf, type SchemaCompiler } from '@restmapper/endpoints';
import { send } from './answer/answer.ts';
import { createLocate } from './answer/location.ts';
import { type CallerCheckOptions, createCallerCheck } from './callers/caller-check.ts';
import { type Content, createDataReader } from './request/data-reader.ts';
import { createEventReader } from './request/event-reader.ts';
import { identifyCall, identifyEvent } from './request/idempotency.ts';
import { createHeadersReader } from './request/headers-reader.ts';
import { createParamsReader } from './request/params-reader.ts';
import { createQueryReader } from './request/query-reader.ts';
import type { GatewayContext, GatewayMiddleware } from './answer/gateway-context.ts';
import type { RequestState } from './answer/request-state.ts';
import { traceHeadersFrom } from './request/trace-headers.ts';

export interface EndpointHandlerOptions extends CallerCheckOptions {
  readonly bus: Bus;
  readonly compiler: SchemaCompiler;
  /** Whether answers say where their time went. */
  readonly isTimed: boolean;
}

/**
 * Creates the handler of an endpoint: converts a call to a message, sends it, and answers with the outcome.
 */
export function createEndpointHandler(
  endpoint: Endpoint,
  options: EndpointHandlerOptions,
): GatewayMiddleware {
  const { bus, compiler, limits, budget, isTimed } = options;
  const locate = createLocate(endpoint);
  const admitCaller = createCallerCheck(endpoint, options);
  const readInput = createInputReader(endpoint, options);
  const createReader = endpoint.delivery.cloudEvents ? createEventReader : createDataReader;
  const readContent = createReader(endpoint, { compiler, limits });
  const { createDispatch } = gatewayDeliveries[endpoint.delivery.kind];
  const busOf = isTimed ? (context: GatewayContext): CallBus => timeCall(bus, context) : (): CallBus => bus;
  const dispatch = createDispatch(endpoint, { busOf, compiler });
  const encode = endpoint.delivery.foreign?.format === 'raw' ? encodeRaw : encodeContent;

  return async (context) => {
    const { state, req } = context;
    state.endpoint = endpoint;
    const deadlineEpochMs = state.startedEpochMs + endpoint.delivery.timeoutMs;
    await admitCaller(context, deadlineEpochMs);
    const input = readInput(context);
    const { ownId, identity, callId, body: received, startedEpochMs: timestampMs } = state;
    const call = { header: req.headers['idempotency-key'], callId, ownId, identity };
    const own = identifyCall(endpoint, call);
    const read = { timeoutMs: deadlineEpochMs - Date.now(), held: (state.held ??= budget.open()), received };
    const { event, ...content } = await readContent(req, read);
    const { messageId, key } = event ? identifyEvent(endpoint, event, call) : own;

    state.messageId = messageId;
    state.idempotencyKey = key;
    const values = { ...content, ...input, identity: identityJson(identity) };
    const message: Message = {
      ...encode(values, event ?? ownEventOf(endpoint, { messageId, timestampMs })),
      messageId,
      type: endpoint.key,
      timestampMs,
      headers: messageHeaders(req, state),
    };
    const answer = await dispatch({ message, values }, context, deadlineEpochMs);
    send(context, locate(answer, values, messageId));
  };
}

/** The content of a raw message; of an endpoint that takes no body, `null`. */
function encodeRaw({ data, sent }: Pick<Content, 'data' | 'sent'>): Pick<Message, 'body' | 'contentType'> {
  return sent ?? { body: data };
}

/** The parts of a call besides its body. */
function createInputReader(
  endpoint: Endpoint,
  { compiler, limits: { maxQueryBytes } }: EndpointHandlerOptions,
): (context: GatewayContext) => Pick<Envelope, 'args' | 'params' | 'headers'> {
  const readParams = createParamsReader(endpoint, compiler);
  const readArgs = createQueryReader(endpoint.query, { compiler, maxQueryBytes });
  const readHeaders = createHeadersReader(endpoint, compiler);
  return ({ captures = [], querystring, req }) => ({
    params: readParams(captures),
    args: readArgs(querystring),
    headers: readHeaders(req),
  });
}

function messageHeaders(
  { headers }: IncomingMessage,
  { requestId, idempotencyKey }: RequestState,
): Message['headers'] {
  return {
    ...traceHeadersFrom(headers),
    'x-request-id': requestId,
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
  };
}

function identityJson(identity: Identity | undefined): Buffer | undefined {
  return identity && Buffer.from(JSON.stringify(identity));
}
