import type { ApiDocument, Operation } from '../../lib/open-api.ts';
import { type CallDraft, createCallDraft } from './call-draft.ts';

/** Per document, since another one may describe the same endpoints otherwise. */
const drafts = new WeakMap<ApiDocument, Map<string, CallDraft>>();

/** The draft for an endpoint; it is kept while the page is open, so that nothing put in gets lost. */
export function draftOf(operation: Operation, document: ApiDocument): CallDraft {
  const known = drafts.get(document) ?? new Map<string, CallDraft>();
  drafts.set(document, known);
  const draft = known.get(operation.key) ?? createCallDraft(operation, document);
  known.set(operation.key, draft);
  return draft;
}
