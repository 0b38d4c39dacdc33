import { createFindRoute } from '@restmapper/endpoints';
import { createAccept } from '../answer/accepted.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';
import { routeCall } from './route-call.ts';

/** Publishes the call, and answers once the broker has confirmed it. */
export const fanout: GatewayDelivery = {
  createDispatch: (endpoint, { busOf }) => {
    const { exchange, status, delivery } = endpoint;
    const { expiresMs } = delivery;
    const accept = createAccept(status, delivery);
    const findRoute = createFindRoute(endpoint);
    if (findRoute || expiresMs !== undefined) {
      return async (call, context, deadlineEpochMs) => {
        const { message, routingKey } = routeCall(call, findRoute);
        const expiresEpochMs = expiresMs === undefined ? undefined : Date.now() + expiresMs;
        await busOf(context).publish(exchange, message, { deadlineEpochMs, routingKey, expiresEpochMs });
        return accept(context, message.messageId);
      };
    }
    return async ({ message }, context, deadlineEpochMs) => {
      await busOf(context).publish(exchange, message, { deadlineEpochMs });
      return accept(context, message.messageId);
    };
  },
};
