/** One `basic.ack`. */
export interface AckFrame {
  readonly tag: number;
  /** Whether it acks every open tag up to this one. */
  readonly multiple: boolean;
}

/**
 * The unsettled delivery tags of one channel.
 *
 * It ends with its channel: tags restart on the next one, where an old tag would settle another message or
 * close the channel.
 */
export class UnackedTags {
  /** In delivery order, which is tag order. */
  readonly #open = new Set<number>();

  get size(): number {
    return this.#open.size;
  }

  /** A message was delivered with the tag. */
  add(tag: number): void {
    this.#open.add(tag);
  }

  /** The tag was nacked. */
  drop(tag: number): void {
    this.#open.delete(tag);
  }

  /**
   * Removes the tags; returns the frames that ack them, as few as possible.
   *
   * One frame acks the run of tags without an open tag before it. Tags after a gap are acked one by one:
   * waiting for the gap to close would let one slow message use up the prefetch.
   */
  ack(tags: Iterable<number>): readonly AckFrame[] {
    const acked = new Set(tags);
    let highest: number | undefined;
    for (const tag of this.#open) {
      if (!acked.delete(tag)) break;
      this.#open.delete(tag);
      highest = tag;
    }
    const frames: AckFrame[] = highest === undefined ? [] : [{ tag: highest, multiple: true }];
    for (const tag of acked) {
      if (this.#open.delete(tag)) frames.push({ tag, multiple: false });
    }
    return frames;
  }
}
