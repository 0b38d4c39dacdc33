import { createAccept } from '../answer/accepted.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';

/** Publishes the call, and answers once the broker has confirmed it. */
export const fanout: GatewayDelivery = {
  createDispatch: ({ exchange, status, delivery }, { busOf }) => {
    const accept = createAccept(status, delivery);
    return async ({ message }, context, deadlineEpochMs) => {
      await busOf(context).publish(exchange, message, { deadlineEpochMs });
      return accept(context, message.messageId);
    };
  },
};
