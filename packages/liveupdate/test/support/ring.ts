import { FeedRing, type Cursor, type FeedRingOptions } from '../../src/feed/feed-ring.ts';
import type { FrameForm } from '../../src/feed/entry.ts';
import type { Gap } from '../../src/feed/gap.ts';

/** A ring that holds few messages. */
export function createRing(options: Partial<FeedRingOptions> = {}): FeedRing {
  return new FeedRing({ feed: 'f', maxFrames: 8, maxBytes: 100_000, maxChunkBytes: 65_536, ...options });
}

/** The tag of the message at an offset in a stream of the tests. */
export function tagAt(offset: number, stream = 0): number {
  return (offset * 2_654_435_761 + stream * 40_503) % 2 ** 32;
}

/** Appends a message whose data has its offset, and these members. */
export function append(ring: FeedRing, offset: number, { stream = 0, ...fields }: AppendOptions = {}): void {
  const data = Buffer.from(JSON.stringify({ o: offset, ...fields }));
  ring.append({ offset, timestampMs: 1_700_000_000_000, data, tag: tagAt(offset, stream) });
}

export interface AppendOptions {
  readonly stream?: number;
  readonly [field: string]: unknown;
}

export function appendAll(ring: FeedRing, from: number, to: number): void {
  for (let offset = from; offset <= to; offset += 1) append(ring, offset);
}

/** A form that shows each thing as a word: `o5`, `gap1-3slow`, `at0.1f:7`. */
export const words: FrameForm = {
  name: 'plain',
  message: ({ offset }) => Buffer.from(`o${offset} `),
  gap: (_, { from, to, why }: Gap) => Buffer.from(`gap${from}-${to}${why} `),
  position: (_, position) => Buffer.from(`at${position} `),
};

/** The words of one reading; `['behind']` for that. */
export function readWords(ring: FeedRing, cursor: Cursor): string[] {
  const reading = ring.read(cursor, words);
  if (!reading) return [];
  if (reading.kind === 'behind') return ['behind'];
  if (reading.kind === 'chunk') return String(reading.bytes).trim().split(' ');
  return [String(words.gap('f', reading.gap)).trim(), `at${reading.position}`];
}

/** The words without those about positions. */
export function readMessages(ring: FeedRing, cursor: Cursor): string[] {
  return readWords(ring, cursor).filter((word) => !word.startsWith('at'));
}
