import { isAnswered } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Source } from '../../model/model.ts';
import { isEndpoint } from '../../model/sources.ts';
import { capitalize } from '../operation-names.ts';
import type { Channel, NameOf } from './channels.ts';

const bindingVersion = '0.3.0';

/** The operations of the gateway and of workers: they send each message of a source to its exchange. */
export function sendOperation(source: Source, nameOf: NameOf): JsonObject {
  const { summary, description, delivery } = source;
  const tags = isEndpoint(source) ? source.tags.map((name) => ({ name })) : [];
  const name = nameOf(source);
  return {
    action: 'send',
    ...(summary !== '' && { summary }),
    ...(description !== '' && { description }),
    ...(tags.length > 0 && { tags }),
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
export function receiveOperation({ id, kind, sources }: Channel, nameOf: NameOf): JsonObject {
  const names = sources.map((source) => capitalize(nameOf(source)));
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
