import type { QueueSubscription } from '../contract/bus.ts';

/** The subscription to one queue of several. */
export interface QueuePart {
  readonly queue: string;
  readonly subscription: QueueSubscription;
}

/** Makes one subscription of those to several queues. */
export function joinSubscriptions(parts: readonly QueuePart[]): QueueSubscription {
  const all = parts.map(({ subscription }) => subscription);
  const [only] = all;
  if (only && all.length === 1) return only;
  return {
    ready: Promise.all(all.map(({ ready }) => ready)).then(() => undefined),
    get trouble() {
      const troubles = parts.flatMap(({ queue, subscription: { trouble } }) =>
        trouble === undefined ? [] : [`${queue}: ${trouble}`],
      );
      return troubles.length > 0 ? troubles.join('; ') : undefined;
    },
    async pause() {
      await Promise.all(all.map((each) => each.pause()));
    },
    resume() {
      for (const each of all) each.resume();
    },
    async close() {
      await Promise.all(all.map((each) => each.close()));
    },
  };
}
