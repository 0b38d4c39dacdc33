import { isAnswered } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import { infoOf } from '../info.ts';
import type { Model } from '../../model/model.ts';
import { sourcesOf } from '../../model/sources.ts';
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
 * from the queues and feeds that are bound to them, as `x-restmapper.boundTo` says. The messages of inputs are only
 * received, since other applications send them.
 *
 * @see https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncApiOf(model: Model, { version }: DocumentOptions): JsonObject {
  const sources = sourcesOf(model);
  const names = operationNames(sources);
  const nameOf: NameOf = ({ key }) => names.get(key) ?? key;
  const asked = sources.filter(({ delivery }) => isAnswered(delivery));
  const queues = queueChannels(model, nameOf);
  const channels = [...exchangeChannels(model, nameOf), ...queues].map(({ id, body, sources }) => [
    id,
    { ...body, messages: messageRefs(sources.map((source) => capitalize(nameOf(source)))) },
  ]);
  const shelf = new SchemaShelf({ suffix: '/schema' });
  const messages = messagesOf(model, { nameOf, shelf });
  const schemas = Object.fromEntries(
    Object.entries(shelf.schemas).map(([name, schema]) => [name, { schemaFormat, schema }]),
  );
  const replies = asked.map((source) => `${capitalize(nameOf(source))}Reply`);
  return {
    asyncapi: '3.0.0',
    info: infoOf(model, version),
    defaultContentType: 'application/json',
    channels: {
      ...Object.fromEntries(channels),
      ...(asked.length > 0 && { replies: { ...repliesChannel, messages: messageRefs(replies) } }),
    },
    operations: Object.fromEntries([
      ...sources
        .filter(({ origin }) => !origin)
        .map((source) => [`send.${nameOf(source)}`, sendOperation(source, nameOf)]),
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
  const messages = sourcesOf(model).flatMap((source) => {
    const name = capitalize(nameOf(source));
    const request = [name, requestMessage(source, { name, shelf })] as const;
    if (!isAnswered(source.delivery)) return [request];
    const reply = replySchemaOf(source, model);
    return [
      request,
      [`${name}Reply`, replyMessage({ ...source, reply }, { name: `${name}Reply`, shelf })] as const,
    ];
  });
  return Object.fromEntries(messages);
}
