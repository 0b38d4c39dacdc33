import { watchDebounced } from '@vueuse/core';
import { effectScope } from 'vue';
import { formatJson } from '../../lib/json-format.ts';
import { type JsonNode, parseJson } from '../../lib/json-tree.ts';
import type { ApiDocument, Operation } from '../../lib/open-api.ts';
import { readSession, writeSession } from '../../use/session.ts';
import { type CallDraft, createCallDraft, type DraftInput, inputOf, putInput } from './call-draft.ts';

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

function textsOf({ params, query, ...texts }: DraftInput) {
  return { ...texts, params: params && formatJson(params), query: query && formatJson(query) };
}

/** Storage is untrusted. */
function parseInput(stored: unknown): DraftInput | undefined {
  const { params, query, bodyText, idempotencyKey } = (stored ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof bodyText !== 'string' || typeof idempotencyKey !== 'string') return undefined;
  return { params: nodeFrom(params), query: nodeFrom(query), bodyText, idempotencyKey };
}

function nodeFrom(text: unknown): JsonNode | undefined {
  try {
    return typeof text === 'string' ? parseJson(text) : undefined;
  } catch {
    return undefined;
  }
}
