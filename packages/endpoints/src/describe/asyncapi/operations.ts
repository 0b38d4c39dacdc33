import { isAnswered } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint } from '../../model/model.ts';
import { capitalize } from '../operation-names.ts';
import type { Channel, NameOf } from './channels.ts';

const bindingVersion = '0.3.0';

/** The gateway's operations: it sends each call of an endpoint to the endpoint's exchange. */
export function sendOperation(endpoint: Endpoint, nameOf: NameOf): JsonObject {
  const { summary, description, tags, delivery } = endpoint;
  const name = nameOf(endpoint);
  return {
    action: 'send',
    ...(summary !== '' && { summary }),
    ...(description !== '' && { description }),
    tags: tags.map((name) => ({ name })),
    ...messagesOf(`exchange.${name}`, [capitalize(name)]),
    ...(isAnswered(delivery) && { reply: replyWith([capitalize(name)]) }),
    bindings: {
      amqp: {
        deliveryMode: isAnswered(delivery) ? 1 : 2,
        mandatory: true,
        timestamp: true,
        ...(isAnswered(delivery) && { expiration: delivery.timeoutMs }),
        bindingVersion,
      },
    },
  };
}

/**
 * The operations of workers and watchers: they receive from a queue or a feed, and workers answer requests.
 */
export function receiveOperation({ id, kind, endpoints }: Channel, nameOf: NameOf): JsonObject {
  const names = endpoints.map((endpoint) => capitalize(nameOf(endpoint)));
  return {
    action: 'receive',
    ...messagesOf(id, names),
    ...(kind === 'rpc' && { reply: replyWith(names) }),
    bindings: { amqp: { ack: true, bindingVersion } },
  };
}

function messagesOf(channel: string, names: readonly string[]): JsonObject {
  return {
    channel: { $ref: `#/channels/${channel}` },
    messages: names.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` })),
  };
}

function replyWith(names: readonly string[]): JsonObject {
  return {
    address: { location: '$message.header#/reply_to', description: "The request's property `reply_to`." },
    ...messagesOf(
      'replies',
      names.map((name) => `${name}Reply`),
    ),
  };
}
