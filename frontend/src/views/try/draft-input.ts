import type { JsonNode } from '../../lib/json-tree.ts';
import type { CallDraft } from './call-draft.ts';

/** The input of a call, to be restored. */
export interface DraftInput {
  readonly params: JsonNode | undefined;
  readonly query: JsonNode | undefined;
  readonly headers: JsonNode | undefined;
  readonly bodyType: string;
  readonly bodyText: string;
  readonly plainText: string;
  readonly file: File | undefined;
  readonly idempotencyKey: string;
  readonly accept: string;
}

export function inputOf(draft: CallDraft): DraftInput {
  const { values } = draft;
  return {
    params: values.params.value,
    query: values.query.value,
    headers: values.headers.value,
    bodyType: draft.bodyType.value?.type ?? '',
    bodyText: draft.bodyText.value,
    plainText: draft.plainText.value,
    file: draft.file.value,
    idempotencyKey: draft.idempotencyKey.value,
    accept: draft.accept.value,
  };
}

export function putInput(draft: CallDraft, input: DraftInput): void {
  draft.values.params.value = input.params;
  draft.values.query.value = input.query;
  draft.values.headers.value = input.headers;
  draft.bodyType.value = draft.operation.bodies.find(({ type }) => type === input.bodyType);
  draft.bodyText.value = input.bodyText;
  draft.settle();
  draft.plainText.value = input.plainText;
  draft.file.value = input.file;
  draft.idempotencyKey.value = input.idempotencyKey;
  draft.accept.value = draft.answerTypes.includes(input.accept) ? input.accept : '';
}
