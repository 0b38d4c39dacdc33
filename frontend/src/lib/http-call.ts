import type { HttpCall } from './curl.ts';
import { textOfNode } from './field-text.ts';
import type { JsonNode } from './json-tree.ts';
import type { Operation } from './open-api.ts';

/** The user's input for one endpoint. */
export interface CallInput {
  readonly params: JsonNode | undefined;
  readonly query: JsonNode | undefined;
  /** Sent unchanged; `undefined` if the endpoint takes none. */
  readonly body: string | undefined;
  readonly idempotencyKey: string;
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
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  if (input.idempotencyKey !== '') headers['idempotency-key'] = input.idempotencyKey;
  return {
    method,
    url: `${prefix}${filled}${query === '' ? '' : `?${query}`}`,
    headers,
    body: input.body,
  };
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
  const { method, url, headers, body } = call;
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
