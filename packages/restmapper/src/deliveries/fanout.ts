import { emptyAnswer } from '../answer/reply-reader.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';

/** Publishes the call, and answers once the broker has confirmed it. */
export const fanout: GatewayDelivery = {
  createDispatch: ({ exchange, status }, { busOf }) => {
    const confirmed = emptyAnswer(status);
    return async ({ message }, context, deadlineEpochMs) => {
      await busOf(context).publish(exchange, message, { deadlineEpochMs });
      return confirmed;
    };
  },
};
