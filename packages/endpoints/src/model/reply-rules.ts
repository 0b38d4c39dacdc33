import { commonReplyHeaders, type MediaType, parseMediaType, type ReplyHeaders } from '@restmapper/core';
import type { Source } from './model.ts';

/** What the replies of a source may be. */
export type ReplyForm = Pick<Source, 'key' | 'produces' | 'replyHeaders'>;

const json = 'application/json';

const jsonAlone: readonly string[] = [json];

/** AMQP limits the property `content_type`. */
const maxTypeLength = 255;

/** The media type of a reply that names none. */
export function defaultTypeOf({ produces = jsonAlone }: Pick<Source, 'produces'>): string {
  const [first = json] = produces;
  return produces.includes(json) ? json : first;
}

/** Parses the media type of a reply. @throws TypeError unless the source produces it. */
export function parseProducedType(text: string, { key, produces = jsonAlone }: ReplyForm): MediaType {
  const type = text.length <= maxTypeLength ? parseMediaType(text) : undefined;
  if (!type)
    throw new TypeError(`the type ${JSON.stringify(text.slice(0, maxTypeLength))} is not a media type`);
  if (produces.includes(type.essence)) return type;
  throw new TypeError(`the type ${type.essence} is not under \`produces\` of ${key}`);
}

/** @throws TypeError that names the first header that replies of the source may not have. */
export function assertReplyHeaders(headers: ReplyHeaders, { key, replyHeaders = [] }: ReplyForm): void {
  for (const name of Object.keys(headers)) {
    if (commonReplyHeaders.has(name) || replyHeaders.includes(name)) continue;
    throw new TypeError(`the header ${name} is not under \`replyHeaders\` of ${key}`);
  }
}
