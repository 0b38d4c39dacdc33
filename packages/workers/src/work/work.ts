import type { Delivery } from '@restmapper/bus';
import { abortable, linkSignals } from '@restmapper/core';
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
  const settle = async (delivery: Delivery, ending: AbortSignal): Promise<HandlerResult> => {
    if (isLate(delivery)) return { error: new Error('the deadline has passed') };
    const { signal, unlink } = linkSignals([ending], deadlineOf(delivery));
    try {
      return await abortable(
        gate.run(() => workOne(delivery, signal), signal),
        signal,
      );
    } catch (error) {
      return { error };
    } finally {
      unlink();
    }
  };
  return async (batch, signal) => await Promise.all(batch.map((delivery) => settle(delivery, signal)));
}
