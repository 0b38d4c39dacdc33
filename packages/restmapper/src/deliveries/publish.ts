import { requestError, type RequestError } from '@restmapper/core';
import {
  type CallTemplate,
  type CallValues,
  encodeWord,
  fillTemplate,
  foreignNameFault,
} from '@restmapper/endpoints';
import { createAccept } from '../answer/accepted.ts';
import type { GatewayDelivery } from './gateway-delivery.ts';

/** Publishes the call to another application's exchange, and answers once the broker has confirmed it. */
export const publish: GatewayDelivery = {
  createDispatch: ({ exchange, status, delivery }, { busOf }) => {
    const accept = createAccept(status, delivery);
    const { foreign } = delivery;
    const template = foreign?.kind === 'exchange' ? foreign.routingKey : { parts: [] };
    return async ({ message, values }, context, deadlineEpochMs) => {
      const routingKey = routingKeyOf(template, values);
      await busOf(context).publish(exchange, message, { deadlineEpochMs, routingKey });
      return accept(context, message.messageId);
    };
  },
};

/** Fills in the routing key of a call. @throws RequestError INVALID_ROUTING_KEY */
function routingKeyOf(template: CallTemplate, values: CallValues): string {
  const filled = fillTemplate(template, values, encodeWord);
  if ('missing' in filled) {
    throw invalid(`needs \`${filled.missing.text}\`, which must be a string, a number or a boolean`);
  }
  const fault = foreignNameFault(filled.text);
  if (fault !== undefined) throw invalid(fault);
  return filled.text;
}

function invalid(fault: string): RequestError {
  return requestError('INVALID_ROUTING_KEY', { detail: `the routing key of the message ${fault}` });
}
