import { watchDebounced } from '@vueuse/core';
import { effectScope } from 'vue';
import { formatJson } from '../../lib/json-format.ts';
import { type JsonNode, parseJson } from '../../lib/json-tree.ts';
import type { ApiDocument, Operation } from '../../lib/open-api.ts';
import { readSession, writeSession } from '../../use/session.ts';
import { type CallDraft, createCallDraft } from './call-draft.ts';
import { type DraftInput, inputOf, putInput } from './draft-input.ts';

/** Per document, since another one may describe the same endpoints differently. */
const drafts = new WeakMap<ApiDocument, Map<string, CallDraft>>();
/** Delays storing, so that it does not interrupt typing. */
const storeAfterMs = 300;

/** The draft for an endpoint, kept until the tab is closed. */
export function draftOf(operation: Operation, document: ApiDocument): CallDraft {
  const known = drafts.get(document) ?? new Map<string, CallDraft>();
  drafts.set(document, known);
  const draft = known.get(operation.key) ?? openDraft(operation, document);
  known.set(operation.key, draft);
  return draft;
}

function openDraft(operation: Operation, document: ApiDocument): CallDraft {
  const draft = createCallDraft(operation, document);
  const storedAs = `draft ${operation.key}`;
  const stored = parseInput(readSession(storedAs));
  if (stored !== undefined) putInput(draft, stored);
  const store = () => writeSession(storedAs, textsOf(inputOf(draft)));
  // It outlives the view.
  effectScope(true).run(() => watchDebounced(() => inputOf(draft), store, { debounce: storeAfterMs }));
  return draft;
}

/** A file cannot be stored. */
function textsOf({ params, query, headers, file: _file, ...texts }: DraftInput) {
  const json = (node: JsonNode | undefined) => node && formatJson(node);
  return { ...texts, params: json(params), query: json(query), headers: json(headers) };
}

/** Storage is untrusted. */
function parseInput(stored: unknown): DraftInput | undefined {
  const fields = (stored ?? {}) as Readonly<Record<string, unknown>>;
  const { params, query, headers, bodyText, idempotencyKey } = fields;
  if (typeof bodyText !== 'string' || typeof idempotencyKey !== 'string') return undefined;
  return {
    params: nodeFrom(params),
    query: nodeFrom(query),
    headers: nodeFrom(headers),
    bodyType: textFrom(fields['bodyType']),
    bodyText,
    plainText: textFrom(fields['plainText']),
    file: undefined,
    idempotencyKey,
    accept: textFrom(fields['accept']),
  };
}

function textFrom(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function nodeFrom(text: unknown): JsonNode | undefined {
  try {
    return typeof text === 'string' ? parseJson(text) : undefined;
  } catch {
    return undefined;
  }
}
