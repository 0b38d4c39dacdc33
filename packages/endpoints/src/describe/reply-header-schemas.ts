import { isAnswered } from '../deliveries/deliveries.ts';
import type { JsonObject } from '../model/json.ts';
import type { Endpoint, Source } from '../model/model.ts';

const descriptions: Readonly<Record<string, string>> = {
  'cache-control': 'How long the reply may be stored, and by whom.',
  'content-disposition': 'Whether the reply is a download, and under which file name.',
  etag: 'The version of the reply, for `If-None-Match` and `If-Match`.',
  'last-modified': 'When the resource was last changed.',
  link: 'Related resources, such as the next page.',
  location: 'The URL of the created resource, or where to go.',
};

/** The schemas of the headers `http:<name>` on the bus, of those that the file names. */
export function replyHeaderSchemas({ replyHeaders = [] }: Pick<Source, 'replyHeaders'>): JsonObject {
  return Object.fromEntries(
    replyHeaders.map((name) => [
      `http:${name}`,
      { type: ['string', 'number'], description: `The header ${name} of the answer.` },
    ]),
  );
}

/** The headers of an answer for OpenAPI: those that the file names, and those that the gateway adds. */
export function answerHeadersOf({ delivery, replyHeaders, location }: AnsweredBy): JsonObject {
  const names = new Set([...(location ? ['location'] : []), ...replyHeaders]);
  const described = [...names].map((name) => {
    const description = descriptions[name];
    return [name, { ...(description !== undefined && { description }), schema: { type: 'string' } }];
  });
  return { ...(!isAnswered(delivery) && { 'x-message-id': messageId }), ...Object.fromEntries(described) };
}

type AnsweredBy = Pick<Endpoint, 'delivery' | 'replyHeaders' | 'location'>;

const messageId: JsonObject = {
  description: 'The id of the message.',
  schema: { type: 'string', format: 'uuid' },
};
