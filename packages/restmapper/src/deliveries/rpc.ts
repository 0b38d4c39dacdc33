import { createFindRoute } from '@restmapper/endpoints';
import { applyPreconditions } from '../answer/preconditions.ts';
import { createReplyReader } from '../answer/reply-reader.ts';
import { callerSignal } from '../callers/caller-signal.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';

/** Sends the call to a worker, and answers with its reply. */
export const rpc: GatewayDelivery = {
  createDispatch: (endpoint, { busOf, compiler }) => {
    const readReply = createReplyReader(endpoint, compiler);
    const { exchange, delivery } = endpoint;
    const foreignQueue = delivery.foreign?.kind === 'queue' ? delivery.foreign.queue : undefined;
    const findRoute = createFindRoute(endpoint);
    const isConditional = endpoint.method === 'GET' || endpoint.method === 'HEAD';
    return async ({ message, values }, context, deadlineEpochMs) => {
      const { req, state } = context;
      const routingKey = findRoute ? findRoute(values).routingKey : foreignQueue;
      const signal = callerSignal(req.socket);
      const options = { deadlineEpochMs, signal, routingKey };
      const reply = await busOf(context).request(exchange, message, options);
      state.isAnswered = true;
      state.held?.resize(reply.body.length);
      state.isRepeated = endpoint.idempotency !== undefined && reply.isRepeated === true;
      const answer = readReply(reply);
      return isConditional && answer.headers ? applyPreconditions(answer, req.headers) : answer;
    };
  },
};
