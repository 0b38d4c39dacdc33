import type { QueueSubscription } from '../contract/bus.ts';
import type { PartitionShare } from './partition-share.ts';

/** The subscription to one queue of several. */
export interface QueuePart {
  readonly queue: string;
  readonly subscription: QueueSubscription;
}

/** Makes one subscription of those to several queues, which may be shared with other processes. */
export function joinSubscriptions(
  parts: readonly QueuePart[],
  share: PartitionShare | undefined,
): QueueSubscription {
  const all = parts.map(({ subscription }) => subscription);
  return {
    ready: Promise.all(all.map(({ ready }) => ready)).then(() => undefined),
    get trouble() {
      const [only, ...others] = parts;
      if (others.length === 0) return only?.subscription.trouble;
      const troubles = parts.flatMap(({ queue, subscription: { trouble } }) =>
        trouble === undefined ? [] : [`${queue}: ${trouble}`],
      );
      return troubles.length > 0 ? troubles.join('; ') : undefined;
    },
    get active() {
      return all.flatMap(({ active = [] }) => active);
    },
    async pause() {
      share?.pause();
      await Promise.all(all.map((each) => each.pause()));
    },
    resume() {
      share?.resume();
      for (const each of all) each.resume();
    },
    async close() {
      await Promise.all([share?.close(), ...all.map((each) => each.close())]);
    },
  };
}
