import { type Fields, readFields } from './filter.ts';
import type { Gap } from './gap.ts';
import { type Epoch, formatPosition } from './position.ts';
import { encodeMessageFrame, type FeedData } from './message-frame.ts';

/**
 * How what happens in a feed looks on one kind of connection.
 *
 * | form | connection |
 * |---|---|
 * | `plainForm` | a WebSocket without a subprotocol: `data` and nothing else |
 * | `protocolForm` | a WebSocket with `liveupdate.v1.json` |
 * | an `event` form | Server-Sent Events |
 *
 * What is built is the same for every receiver and is built at most once for each message.
 */
export interface FrameForm {
  readonly name: 'plain' | 'protocol' | 'event';
  message(entry: Entry): Buffer;
  /** Declares a loss; `undefined` when the form has no word for it. */
  gap(feed: string, gap: Gap): Buffer | undefined;
  /** Says that the reader has everything up to a position; `undefined` when the form has no word for it. */
  position(feed: string, position: string): Buffer | undefined;
}

export interface EntryOptions extends FeedData {
  /** What was lost just before it. */
  readonly gap: Gap | undefined;
  /** By which its position is known. */
  readonly epoch: Epoch;
  /** Whether readers are told of the epoch, since it is a new one. */
  readonly announcesEpoch: boolean;
}

/** One message of a feed as its readers get it; holds the data once, inside the frame of the protocol. */
export class Entry {
  readonly feed: string;
  readonly offset: number;
  readonly timestampMs: number;
  readonly gap: Gap | undefined;
  readonly epoch: Epoch;
  /** When it came, by `performance.now()`. */
  readonly cameAtMs = performance.now();
  /** The frame of the protocol that carries it. */
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

  /** The position of a reader that has had it. */
  get position(): string {
    return formatPosition(this.epoch, this.offset);
  }

  /** The scalars at the top of its data. */
  get fields(): Fields {
    this.#fields ??= readFields(this.data);
    return this.#fields;
  }

  /** What a reader is sent, notices included. */
  bytes(form: FrameForm): Buffer {
    return this.#build(form).bytes;
  }

  /** What one who filters it out is sent all the same. */
  notices(form: FrameForm): Buffer | undefined {
    return this.#build(form).notices;
  }

  #build(form: FrameForm): Built {
    this.#built[form.name] ??= this.#compose(form);
    return this.#built[form.name] as Built; // Set just now.
  }

  /** A new epoch comes before the message, so that whoever has the message can name its position. */
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
