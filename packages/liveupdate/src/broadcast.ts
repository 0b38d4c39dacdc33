import type { Connection } from './connection.ts';
import type { FrameRing } from './frame-ring.ts';
import { inSlices } from './in-slices.ts';

/**
 * Brings what is appended to the ring to every connection.
 *
 * One pass over the connections runs at a time; frames that come meanwhile share the writes of the next.
 */
export class Broadcast {
  readonly #ring: FrameRing;
  readonly #connections: Iterable<Connection>;
  #isRunning = false;

  constructor(ring: FrameRing, connections: Iterable<Connection>) {
    this.#ring = ring;
    this.#connections = connections;
  }

  publish(frame: Buffer): void {
    this.#ring.append(frame);
    if (this.#isRunning) return;
    this.#isRunning = true;
    // Frames appended in this turn of the event loop go out together.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    let end: number;
    do {
      end = this.#ring.next;
      await inSlices(this.#connections, (connection) => connection.pump());
    } while (end < this.#ring.next);
    this.#isRunning = false;
  }
}
