import { readonly, shallowRef, type ShallowRef } from 'vue';
import type { HttpCall } from '../../lib/curl.ts';
import type { CallAnswer } from '../../lib/http-call.ts';
import type { DraftInput } from './draft-input.ts';

/** A call with its answer. */
export interface CallRecord {
  readonly id: number;
  /** The endpoint's key. */
  readonly endpoint: string;
  readonly call: HttpCall;
  readonly input: DraftInput;
  readonly atMs: number;
  readonly outcome: CallOutcome;
}

export type CallOutcome =
  | { readonly kind: 'answer'; readonly answer: CallAnswer }
  | { readonly kind: 'failed'; readonly why: string };

const mostKept = 20;
const records = shallowRef<readonly CallRecord[]>([]);
let lastId = 0;

/** The last calls, newest first; lost when the page is closed. */
export const callHistory: Readonly<ShallowRef<readonly CallRecord[]>> = readonly(records);

export function remember(record: Omit<CallRecord, 'id'>): CallRecord {
  lastId += 1;
  const kept = { ...record, id: lastId };
  records.value = [kept, ...records.value].slice(0, mostKept);
  return kept;
}
