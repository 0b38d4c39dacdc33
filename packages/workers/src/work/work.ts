import type { Delivery } from '@restmapper/bus';
import { abortable, linkSignals } from '@restmapper/core';
import { deadlineOf, isLate } from './deadline.ts';
import type { HandlerReply, HandlerResult } from './outcome.ts';

/** Works through a batch; gives one result for each delivery, in the same order. */
export type Work = (batch: readonly Delivery[], signal: AbortSignal) => Promise<readonly HandlerResult[]>;

/** Works on one delivery; resolves with what answers it. */
export type WorkOne = (delivery: Delivery, signal: AbortSignal) => Promise<HandlerReply>;

/** Runs work when it can be done; see `WorkerGate`. */
export interface WorkRunner {
  run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

/**
 * Works on each delivery of a batch by itself, until its deadline; a request that comes too late
 * is not worked on at all.
 *
 * Work that does not heed its signal is left alone, so that it does not keep its place indefinitely.
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
