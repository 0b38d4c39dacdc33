import type { FeedReader } from '../clients/feed-reader.ts';
import { encodeJsonFrame } from './protocol-frames.ts';
import { pingFrame } from '../feed/text-frame.ts';

/** Up-to-date clients of the same feeds share one encoded heartbeat; others are few. */
const capacity = 64;

/** The heartbeats of the protocol: the client's position in each feed, and a ping. */
export class Heartbeats {
  readonly #frames = new Map<string, Buffer>();

  frameFor(readers: readonly FeedReader[]): Buffer {
    const at: Record<string, string> = {};
    for (const { feed, position } of readers) at[feed.name] = position;
    const key = JSON.stringify(at);
    const known = this.#frames.get(key);
    if (known) return known;
    const frame = Buffer.concat([encodeJsonFrame({ t: 'p', at }), pingFrame]);
    if (this.#frames.size === capacity) this.#frames.clear();
    this.#frames.set(key, frame);
    return frame;
  }
}
