import { type Cursor, FeedRing } from '../../src/feed/feed-ring.ts';
import type { FrameForm } from '../../src/feed/entry.ts';
import type { Filter } from '../../src/feed/filter.ts';
import type { Gap } from '../../src/feed/gap.ts';
import { resume } from '../../src/feed/resume.ts';
import { tagAt } from './ring.ts';

const limits = { maxReplayMessages: 6, maxReplayBytes: 100_000 };

/** Everything published, in order; the stream changes when it is deleted and recreated. */
export interface Sent {
  readonly stream: number;
  readonly offset: number;
  readonly room: string;
  readonly size: number;
}

interface Process {
  ring: FeedRing;
  /** How many of the messages it has read or missed. */
  read: number;
  /** The number, among all, of the message after the newest in the ring. */
  next: number;
  stream: number;
}

/** One stream, and two processes that read it into rings of their own, each at its own pace. */
export class World {
  readonly log: Sent[] = [];
  readonly processes: readonly [Process, Process] = [createProcess(4, 900), createProcess(7, 500)];
  #stream = 0;
  #next = 0;

  publish(room: string, size: number, hole: number): void {
    const offset = this.#next + hole;
    this.#next = offset + 1;
    this.log.push({ stream: this.#stream, offset, room, size });
  }

  /** A stream of which nothing was read has no identity: a loss of its messages would go unnoticed. */
  makeAnew(): void {
    this.advanceAll();
    this.#stream += 1;
    this.#next = 0;
    this.publish('b', 10, 0);
    this.advanceAll();
  }

  advanceAll(): void {
    for (const process of this.processes) this.advance(process, this.log.length);
  }

  advance(process: Process, count: number): void {
    for (const [serial, sent] of [...this.log.entries()].slice(process.read, process.read + count)) {
      if (sent.stream !== process.stream) process.ring.restart();
      process.stream = sent.stream;
      process.read += 1;
      const data = Buffer.from(JSON.stringify({ room: sent.room, serial, text: 'x'.repeat(sent.size) }));
      const tag = tagAt(sent.offset, sent.stream);
      process.next = process.read;
      process.ring.append({ offset: sent.offset, timestampMs: serial, data, tag });
    }
  }

  /** The broker drops what the process has not read yet. */
  drop(process: Process, count: number): void {
    const lost = this.log.slice(process.read, process.read + count).length;
    if (lost === 0 || process.read === 0) return;
    process.ring.markLoss();
    process.read += lost;
  }

  /** The process starts again, and is ready when it has read the newest messages. */
  restart(process: Process, last: number): void {
    process.ring = new FeedRing({ feed: 'f', maxFrames: 5, maxBytes: 900, maxChunkBytes: 40 });
    const first = this.log.findIndex(({ stream }) => stream === this.#stream);
    process.read = Math.max(first < 0 ? this.log.length : first, this.log.length - last);
    process.stream = this.#stream;
    this.advance(process, this.log.length);
  }
}

function createProcess(maxFrames: number, maxBytes: number): Process {
  return {
    ring: new FeedRing({ feed: 'f', maxFrames, maxBytes, maxChunkBytes: 40 }),
    read: 0,
    next: 0,
    stream: 0,
  };
}

/** An event of a client: a message by its number among all, or a gap. */
export type Told = { readonly serial: number } | Gap;

/** Writes each thing as a line of JSON. */
const lines: FrameForm = {
  name: 'protocol',
  message: ({ offset, timestampMs }) => line({ offset, serial: timestampMs }),
  gap: (_, gap) => line({ gap }),
  position: (_, position) => line({ position }),
};

function line(value: object): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

interface Line {
  readonly offset?: number;
  readonly serial?: number;
  readonly gap?: Gap;
  readonly position?: string;
}

/** A client that keeps its position by the rules of the protocol, and records what it receives. */
export class RingClient {
  readonly told: Told[] = [];
  readonly filter: Filter | undefined;
  /** The number, among all, of the first message that it should get. */
  begunAt: number | undefined;
  #position: string | undefined;
  #epoch = '';
  #link: { readonly process: Process; readonly ring: FeedRing; readonly cursor: Cursor } | undefined;

  constructor(filter: Filter | undefined) {
    this.filter = filter;
  }

  connect(process: Process): void {
    const beginning = { since: this.#position, filter: this.filter };
    const { cursor, at, replay, gap } = resume(process.ring, beginning, limits);
    this.#link = { process, ring: process.ring, cursor };
    this.begunAt ??= process.next;
    if (gap) this.told.push(gap);
    if (replay === 0) this.#moveTo(at);
    this.#epoch = at.slice(0, at.indexOf(':'));
  }

  cut(): void {
    this.#link = undefined;
  }

  /** Reads at most this many chunks; a restarted process has cut it. */
  read(times: number): void {
    for (let i = 0; i < times && this.#link; i += 1) {
      const { process, ring, cursor } = this.#link;
      if (process.ring !== ring) return this.cut();
      const reading = ring.read(cursor, lines);
      if (!reading) return this.#moveTo(ring.positionBefore(cursor.next));
      const news =
        reading.kind === 'behind' ? ring.skip(cursor, i % 2 ? 'newest' : { maxAgeMs: 1e6 }) : reading;
      if (news.kind === 'gap') this.#hear({ gap: news.gap, position: news.position });
      else for (const text of String(news.bytes).trim().split('\n')) this.#hear(JSON.parse(text) as Line);
    }
  }

  #hear({ offset, serial, gap, position }: Line): void {
    if (gap) this.told.push(gap);
    if (position !== undefined) this.#moveTo(position);
    if (serial === undefined) return;
    this.told.push({ serial });
    this.#moveTo(`${this.#epoch}:${offset}`);
  }

  #moveTo(position: string): void {
    this.#position = position;
    this.#epoch = position.slice(0, position.indexOf(':'));
  }
}
