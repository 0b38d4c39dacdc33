import { parseJson, type JsonNode, type JsonObject } from './json-tree.ts';

/** A page of a table, newest first, as the built-in handler `page` returns it. */
export interface SavedPage {
  /** The position that pages are counted from; later messages do not shift them. */
  readonly paginationId: number;
  readonly offset: number;
  /** The maximum number of messages per page; may be less than requested. */
  readonly limit: number;
  readonly total: number;
  readonly messages: readonly SavedMessage[];
}

export interface SavedMessage {
  /** Its position, which is its id: positions have no gaps. */
  readonly key: number;
  /** The text of the message as stored. */
  readonly raw: string;
}

/** The answer is not a page. */
export class NoPageError extends Error {
  override readonly name = 'NoPageError';
}

/**
 * Reads `{"paginationId":7,"offset":0,"limit":20,"total":7,"messages":[{"a":1.10}]}`; messages keep every digit.
 *
 * @throws NoPageError
 */
export function parseSavedPage(text: string): SavedPage {
  const page = objectFrom(text);
  const paginationId = count(page, 'paginationId');
  const offset = count(page, 'offset');
  const messages = member(page, 'messages');
  if (messages?.kind !== 'array') throw new NoPageError('the answer has no messages');
  return {
    paginationId,
    offset,
    limit: count(page, 'limit'),
    total: count(page, 'total'),
    messages: messages.items.map(({ start, end }, index) => ({
      key: paginationId - offset - index,
      raw: text.slice(start, end),
    })),
  };
}

function objectFrom(text: string): JsonObject {
  let node: JsonNode | undefined;
  try {
    node = parseJson(text);
  } catch (cause) {
    throw new NoPageError('the answer is not JSON', { cause });
  }
  if (node.kind !== 'object') throw new NoPageError('the answer is not an object');
  return node;
}

function member(page: JsonObject, name: string): JsonNode | undefined {
  return page.members.findLast((other) => other.name === name)?.value;
}

function count(page: JsonObject, name: string): number {
  const node = member(page, name);
  const value = node?.kind === 'number' ? Number(node.text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < 0) throw new NoPageError(`the answer has no count ${name}`);
  return value;
}
