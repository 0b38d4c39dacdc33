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

/** The headers of an answer for OpenAPI, of those that the file names. */
export function replyHeadersOf({ replyHeaders }: Pick<Endpoint, 'replyHeaders'>): JsonObject {
  return Object.fromEntries(
    replyHeaders.map((name) => {
      const description = descriptions[name];
      return [name, { ...(description !== undefined && { description }), schema: { type: 'string' } }];
    }),
  );
}
