import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import { sendCall } from '../../lib/http-call.ts';
import { credentialed } from '../../use/credentials.ts';
import type { CallDraft } from './call-draft.ts';
import { type CallOutcome, type CallRecord, remember } from './call-history.ts';
import { inputOf } from './draft-input.ts';

const timeoutMs = 60_000;

/** Makes calls one at a time. */
export interface Sender {
  readonly isSending: Readonly<Ref<boolean>>;
  /** Sends the call of a draft, and adds it to the history; not to be called while one is running. */
  readonly send: (draft: CallDraft) => Promise<CallRecord>;
  readonly cancel: () => void;
}

export function useSender(): Sender {
  const isSending = ref(false);
  let controller = new AbortController();
  onScopeDispose(() => controller.abort());

  async function send(draft: CallDraft): Promise<CallRecord> {
    controller = new AbortController();
    isSending.value = true;
    const call = draft.call.value;
    const record = { endpoint: draft.operation.key, call, input: inputOf(draft), atMs: Date.now() };
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(timeoutMs)]);
    const outcome = await sendCall(credentialed(call, draft.operation), signal).then(
      (answer): CallOutcome => ({ kind: 'answer', answer }),
      (error: unknown): CallOutcome => ({ kind: 'failed', why: reasonOf(error) }),
    );
    isSending.value = false;
    return remember({ ...record, outcome });
  }

  return { isSending: readonly(isSending), send, cancel: () => controller.abort() };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  switch (error.name) {
    case 'AbortError':
      return 'Cancelled. The server may still have processed it.';
    case 'TimeoutError':
      return `The server did not respond within ${timeoutMs / 1000} s. It may still have processed the call.`;
    default:
      return `${error.message}. The server may still have processed the call.`;
  }
}
