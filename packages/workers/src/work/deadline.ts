import type { Delivery } from '@restmapper/bus';

/**
 * When the sender stops waiting, in epoch milliseconds; `undefined` for an event.
 *
 * An event has no deadline, whatever header its publisher set.
 */
export function deadlineOf({ wantsReply, deadlineEpochMs }: Delivery): number | undefined {
  return wantsReply ? deadlineEpochMs : undefined;
}

/** Whether the caller has stopped waiting. */
export function isLate(delivery: Delivery, now: number = Date.now()): boolean {
  const deadlineEpochMs = deadlineOf(delivery);
  return deadlineEpochMs !== undefined && now >= deadlineEpochMs;
}
