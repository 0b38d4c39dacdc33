import type { Delivery } from '@restmapper/bus';
import { linkSignals } from '@restmapper/core';
import { deadlineOf, isLate } from './deadline.ts';
import type { HandlerReply, HandlerResult } from './outcome.ts';

/** Processes a batch; returns one result per delivery, in the same order. */
export type Work = (batch: readonly Delivery[], signal: AbortSignal) => Promise<readonly HandlerResult[]>;

/** Processes one delivery; resolves with the answer. */
export type WorkOne = (delivery: Delivery, signal: AbortSignal) => Promise<HandlerReply>;

/** Runs work when possible; see `WorkerGate`. */
export interface WorkRunner {
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/**
 * Processes each delivery of a batch separately, until its deadline; a request that arrives too late is
 * skipped.
 *
 * Work that ignores its signal is abandoned, so that it does not occupy its slot indefinitely.
 */
export function workOnEach(workOne: WorkOne, gate: WorkRunner): Work {
  const settle = (delivery: Delivery, ending: AbortSignal): Promise<HandlerResult> =>
    new Promise((resolve) => {
      const fail = (error: unknown): void => resolve({ error });
      if (isLate(delivery)) return fail(new Error('the deadline has passed'));
      const link = { deadlineEpochMs: deadlineOf(delivery), onAbort: fail };
      const { signal, unlink } = linkSignals([ending], link);
      const work = gate.run(() => workOne(delivery, signal), signal);
      void work.then(resolve, fail).finally(unlink);
    });
  return async (batch, signal) => await Promise.all(batch.map((delivery) => settle(delivery, signal)));
}
