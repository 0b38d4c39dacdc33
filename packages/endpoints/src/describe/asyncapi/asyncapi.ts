import { isAnswered } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import { infoOf } from '../info.ts';
import type { Model } from '../../model/model.ts';
import type { DocumentOptions } from '../openapi/openapi.ts';
import { SchemaShelf } from '../openapi/schema-shelf.ts';
import { capitalize, operationNames } from '../operation-names.ts';
import { replySchemaOf } from '../reply-schema.ts';
import { exchangeChannels, type NameOf, queueChannels, repliesChannel } from './channels.ts';
import { replyMessage, requestMessage, schemaFormat } from './messages.ts';
import { receiveOperation, sendOperation } from './operations.ts';

/**
 * Describes a model's exchanges, queues and feeds as an AsyncAPI 3.0 document, to be written as JSON.
 *
 * Exchanges, queues and feeds are channels with their AMQP bindings. Calls are sent to exchanges and received
 * from the queues and feeds that are bound to them, as `x-restmapper.boundTo` says.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncApiOf(model: Model, { version }: DocumentOptions): JsonObject {
  const names = operationNames(model.endpoints);
  const nameOf: NameOf = ({ key }) => names.get(key) ?? key;
  const { endpoints } = model;
  const asked = endpoints.filter(({ delivery }) => isAnswered(delivery));
  const queues = queueChannels(model, nameOf);
  const channels = [...exchangeChannels(model, nameOf), ...queues].map(({ id, body, endpoints }) => [
    id,
    { ...body, messages: messageRefs(endpoints.map((endpoint) => capitalize(nameOf(endpoint)))) },
  ]);
  const shelf = new SchemaShelf({ suffix: '/schema' });
  const messages = messagesOf(model, { nameOf, shelf });
  const schemas = Object.fromEntries(
    Object.entries(shelf.schemas).map(([name, schema]) => [name, { schemaFormat, schema }]),
  );
  const replies = asked.map((endpoint) => `${capitalize(nameOf(endpoint))}Reply`);
  return {
    asyncapi: '3.0.0',
    info: infoOf(model, version),
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(channels),
      ...(asked.length > 0 && { replies: { ...repliesChannel, messages: messageRefs(replies) } }),
    },
    operations: Object.fromEntries([
      ...endpoints.map((endpoint) => [`send.${nameOf(endpoint)}`, sendOperation(endpoint, nameOf)]),
      ...queues.map((queue) => [`receive.${queue.id}`, receiveOperation(queue, nameOf)]),
    ]),
    components: { messages, ...(Object.keys(schemas).length > 0 && { schemas }) },
  };
}

function messageRefs(names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function messagesOf(model: Model, context: { nameOf: NameOf; shelf: SchemaShelf }): JsonObject {
  const { nameOf, shelf } = context;
  const messages = model.endpoints.flatMap((endpoint) => {
    const name = capitalize(nameOf(endpoint));
    const request = [name, requestMessage(endpoint, { name, shelf })] as const;
    if (!isAnswered(endpoint.delivery)) return [request];
    const reply = replySchemaOf(endpoint, model);
    return [
      request,
      [`${name}Reply`, replyMessage({ ...endpoint, reply }, { name: `${name}Reply`, shelf })] as const,
    ];
  });
  return Object.fromEntries(messages);
}
