import { expect } from 'chai';
import { until } from '../../support/until.ts';
import type { Figures } from '../../support/figures.ts';

/**
 * What a caller knows about a message.
 *
 * `confirmed`: it will be stored, once. `refused`: it was not accepted. `unknown`: either.
 */
export type CallOutcome = 'confirmed' | 'refused' | 'unknown';

/** The weightiest outcome of a message counts: what was once unknown remains possible. */
const weights: Readonly<Record<CallOutcome, number>> = { refused: 0, unknown: 1, confirmed: 2 };

/** The outcomes of all messages, for each the weightiest of its calls. */
export class CallLog {
  readonly #outcomes = new Map<string, CallOutcome>();

  record(id: string, outcome: CallOutcome): void {
    const told = this.#outcomes.get(id) ?? outcome;
    this.#outcomes.set(id, weights[told] > weights[outcome] ? told : outcome);
  }

  /** The outcome of a message; `undefined` if it was never sent. */
  outcomeOf(id: string): CallOutcome | undefined {
    return this.#outcomes.get(id);
  }

  get sent(): number {
    return this.#outcomes.size;
  }

  ids(outcome: CallOutcome): readonly string[] {
    return [...this.#outcomes].filter(([, told]) => told === outcome).map(([id]) => id);
  }
}

/** The ids of the stored messages and of the dead letters, with repetitions. */
export interface Found {
  readonly stored: readonly string[];
  readonly dead: readonly string[];
}

/** The three figures that must be 0, and the totals to compare them with. */
export interface Verdict extends Figures {
  readonly sent: number;
  readonly confirmed: number;
  readonly refused: number;
  readonly unknown: number;
  readonly stored: number;
  readonly dead: number;
  /** Confirmed, but neither stored nor a dead letter. */
  readonly lost: number;
  /** Found, though never sent, or refused. */
  readonly unexpected: number;
  /** Found more than once. */
  readonly duplicate: number;
}

/** Compares the outcomes of the calls with the messages that are found. */
export function judge(log: CallLog, { stored, dead }: Found): Verdict {
  const found = new Set([...stored, ...dead]);
  const confirmed = log.ids('confirmed');
  return {
    sent: log.sent,
    confirmed: confirmed.length,
    refused: log.ids('refused').length,
    unknown: log.ids('unknown').length,
    stored: stored.length,
    dead: dead.length,
    lost: confirmed.filter((id) => !found.has(id)).length,
    unexpected: [...found].filter((id) => (log.outcomeOf(id) ?? 'refused') === 'refused').length,
    duplicate: stored.length + dead.length - found.size,
  };
}

/** Waits while confirmed messages are missing; then fails if any is lost, unexpected or duplicated. */
export async function expectKept(
  log: CallLog,
  find: () => Promise<Found>,
  timeoutMs = 30_000,
): Promise<Verdict> {
  let verdict = judge(log, await find());
  // Viewed dead letters are invisible for a moment: the last view counts, and no other follows.
  const isComplete = async () => {
    if (verdict.lost > 0) verdict = judge(log, await find());
    return verdict.lost === 0;
  };
  // The figures below report messages that are still missing.
  await until(isComplete, { timeoutMs, everyMs: 100 }).catch(() => {});
  const { lost, unexpected, duplicate } = verdict;
  expect({ lost, unexpected, duplicate }, JSON.stringify(verdict)).to.deep.equal({
    lost: 0,
    unexpected: 0,
    duplicate: 0,
  });
  return verdict;
}
