import { type Fields, readFields } from './filter.ts';
import type { Gap } from './gap.ts';
import { type Epoch, formatPosition } from './position.ts';
import { encodeMessageFrame, type FeedData } from './message-frame.ts';

/**
 * How messages and notices of a feed are encoded for one kind of connection.
 *
 * | form | connection |
 * |---|---|
 * | `plainForm` | a WebSocket without a subprotocol: only `data` |
 * | `protocolForm` | a WebSocket with `liveupdate.v1.json` |
 * | an `event` form | Server-Sent Events |
 *
 * Encodings are the same for all receivers and are built at most once per message.
 */
export interface FrameForm {
  readonly name: 'plain' | 'protocol' | 'event';
  message(entry: Entry): Buffer;
  /** Encodes a gap; `undefined` if the form cannot express it. */
  gap(feed: string, gap: Gap): Buffer | undefined;
  /** Encodes a position that the reader has reached; `undefined` if the form cannot express it. */
  position(feed: string, position: string): Buffer | undefined;
}

export interface EntryOptions extends FeedData {
  /** The gap just before it. */
  readonly gap: Gap | undefined;
  /** The epoch of its position. */
  readonly epoch: Epoch;
  /** Whether the epoch is new, so that readers must be told of it. */
  readonly announcesEpoch: boolean;
}

/** One encoded message of a feed; holds the data once, inside the protocol frame. */
export class Entry {
  readonly feed: string;
  readonly offset: number;
  readonly timestampMs: number;
  readonly gap: Gap | undefined;
  readonly epoch: Epoch;
  /** Its arrival time, by `performance.now()`. */
  readonly cameAtMs = performance.now();
  /** Its protocol frame. */
  readonly frame: Buffer;
  /** Valid JSON in UTF-8, inside `frame`. */
  readonly data: Buffer;
  readonly #announcesEpoch: boolean;
  readonly #built: { [name in FrameForm['name']]?: Built } = {};
  #fields: Fields | undefined;

  constructor({ feed, offset, timestampMs, data, gap, epoch, announcesEpoch }: EntryOptions) {
    this.feed = feed;
    this.offset = offset;
    this.timestampMs = timestampMs;
    this.gap = gap;
    this.epoch = epoch;
    this.#announcesEpoch = announcesEpoch;
    const { frame, dataStart } = encodeMessageFrame({ feed, offset, timestampMs, data });
    this.frame = frame;
    this.data = frame.subarray(dataStart, dataStart + data.length);
  }

  /** The position after it. */
  get position(): string {
    return formatPosition(this.epoch, this.offset);
  }

  /** The top-level scalars of its data. */
  get fields(): Fields {
    this.#fields ??= readFields(this.data);
    return this.#fields;
  }

  /** The bytes for a reader, notices included. */
  bytes(form: FrameForm): Buffer {
    return this.#build(form).bytes;
  }

  /** The notices for a reader that filters the message out. */
  notices(form: FrameForm): Buffer | undefined {
    return this.#build(form).notices;
  }

  #build(form: FrameForm): Built {
    this.#built[form.name] ??= this.#compose(form);
    return this.#built[form.name] as Built; // Set just now.
  }

  /** A new epoch is sent before the message, so that every receiver of the message can name its position. */
  #compose(form: FrameForm): Built {
    const message = form.message(this);
    const lost = this.gap && form.gap(this.feed, this.gap);
    const before = formatPosition(this.epoch, this.offset - 1);
    const moved = this.#announcesEpoch ? form.position(this.feed, before) : undefined;
    const notices = [lost, moved].filter((notice) => notice !== undefined);
    if (notices.length === 0) return { bytes: message, notices: undefined };
    return { bytes: Buffer.concat([...notices, message]), notices: Buffer.concat(notices) };
  }
}

interface Built {
  readonly bytes: Buffer;
  readonly notices: Buffer | undefined;
}
