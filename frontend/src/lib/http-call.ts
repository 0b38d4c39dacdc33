import { type HttpCall, headerBytes } from './curl.ts';
import { textOfNode } from './field-text.ts';
import type { JsonNode } from './json-tree.ts';
import type { Operation } from './open-api.ts';

/** The user's input for one endpoint. */
export interface CallInput {
  readonly params: JsonNode | undefined;
  readonly query: JsonNode | undefined;
  readonly headers: JsonNode | undefined;
  /** `undefined` if the endpoint takes none. */
  readonly body: InputBody | undefined;
  readonly idempotencyKey: string;
  /** The media type wanted of the answer; empty for any. */
  readonly accept: string;
}

/** A body as entered: a text or a file is sent unchanged, fields become a form. */
export interface InputBody {
  readonly type: string;
  readonly content: string | File | JsonNode;
}

/** Builds the call to an endpoint; its URL has no host. */
export function toHttpCall(operation: Operation, input: CallInput): HttpCall {
  const { method, prefix, path } = operation;
  const texts = new Map(pairsOf(input.params));
  const filled = path.replaceAll(/\{([^}]*)\}/g, (_whole, name: string) =>
    encodeURIComponent(texts.get(name) ?? ''),
  );
  const query = new URLSearchParams(pairsOf(input.query)).toString();
  const headers: Record<string, string> = {};
  for (const [name, value] of linesOf(input.headers)) headers[name.toLowerCase()] = value;
  if (input.accept !== '') headers['accept'] = input.accept;
  if (input.body !== undefined) headers['content-type'] = input.body.type;
  if (input.idempotencyKey !== '') headers['idempotency-key'] = input.idempotencyKey;
  return {
    method,
    url: `${prefix}${filled}${query === '' ? '' : `?${query}`}`,
    headers,
    body: input.body && contentOf(input.body),
  };
}

function contentOf({ content }: InputBody): string | File {
  if (typeof content === 'string' || content instanceof File) return content;
  return new URLSearchParams(pairsOf(content)).toString();
}

/** A list is one header, with commas: RFC 9110, section 5.3. */
function linesOf(node: JsonNode | undefined): readonly (readonly [string, string])[] {
  const lines = new Map<string, string>();
  for (const [name, text] of pairsOf(node)) {
    const earlier = lines.get(name);
    lines.set(name, earlier === undefined ? text : `${earlier}, ${text}`);
  }
  return [...lines];
}

/** The members as name and text; an array repeats its name. */
function pairsOf(node: JsonNode | undefined): [string, string][] {
  if (node?.kind !== 'object') return [];
  return node.members.flatMap(({ name, value }) =>
    (value.kind === 'array' ? value.items : [value]).map((item): [string, string] => [
      name,
      textOfNode('string', item),
    ]),
  );
}

/** The answer to a call. */
export interface CallAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
  /** Whether the body is text; the `body` of anything else is not what was sent. */
  readonly isText: boolean;
  /** The size of the decoded body. */
  readonly bytes: number;
  /** The time from sending until the whole body had arrived. */
  readonly durationMs: number;
}

/**
 * Makes a call.
 *
 * @throws TypeError without an answer, DOMException when it was cancelled.
 */
export async function sendCall(call: HttpCall, signal: AbortSignal): Promise<CallAnswer> {
  const { method, url, body } = call;
  const headers = Object.fromEntries(
    Object.entries(call.headers).map(([name, value]) => [name, headerBytes(value)]),
  );
  const sentAt = performance.now();
  const response = await fetch(url, { method, headers, body: body ?? null, signal, cache: 'no-store' });
  const bytes = await response.arrayBuffer();
  return {
    status: response.status,
    statusText: response.statusText,
    headers: [...response.headers],
    ...decode(bytes),
    bytes: bytes.byteLength,
    durationMs: performance.now() - sentAt,
  };
}

/** Decodes a body, and says whether it is text. */
export function decode(bytes: ArrayBuffer): Pick<CallAnswer, 'body' | 'isText'> {
  try {
    return { body: new TextDecoder('utf-8', { fatal: true }).decode(bytes), isText: true };
  } catch {
    return { body: new TextDecoder().decode(bytes), isText: false };
  }
}
