import type { Entry } from '../feed/entry.ts';
import type { Gap } from '../feed/gap.ts';
import type { LiveFeed } from '../clients/live-feed.ts';
import { matches } from '../feed/filter.ts';
import { type Beginning, resume } from '../feed/resume.ts';

export interface HistoryOptions {
  readonly beginning: Beginning;
  readonly maxMessages: number;
  /** The maximum total size of the data; one message is returned whatever its size. */
  readonly maxBytes: number;
}

/**
 * The held messages of a feed after a position, oldest first, or its newest messages without a position.
 *
 * ```json
 * {"feed":"messages","at":"1024.5be0c3a9:1041","recovered":true,
 *  "messages":[{"o":1041,"ts":1795…,"d":{"text":"hello"}}]}
 * ```
 * `at` is the position to continue from. If `recovered` is false, `gap` says what is missing.
 */
export function readHistory(feed: LiveFeed, { beginning, maxMessages, maxBytes }: HistoryOptions): Buffer {
  const { ring } = feed;
  const isTail = beginning.since === undefined && (beginning.mode ?? 'all') === 'all';
  const { cursor, at, gap } = resume(
    ring,
    isTail ? { ...beginning, mode: `tail:${maxMessages}` } : beginning,
    { maxReplayMessages: Infinity, maxReplayBytes: Infinity },
  );
  const page = takePage(ring.entries.from(cursor.next), { beginning, maxMessages, maxBytes });
  const lost = gap ?? page.gap;
  const head = { feed: feed.name, at: page.end ?? at, recovered: !lost, gap: lost };
  return Buffer.concat([
    Buffer.from(`${JSON.stringify(head).slice(0, -1)},"messages":[`),
    ...page.entries.flatMap((entry, index) => formatMessage(entry, index === 0)),
    Buffer.from(']}'),
  ]);
}

interface Page {
  readonly entries: readonly Entry[];
  /** The position of the last one, if more follow. */
  readonly end: string | undefined;
  /** The gap among them, if the broker dropped messages. */
  readonly gap: Gap | undefined;
}

function takePage(from: Iterable<Entry>, { beginning, maxMessages, maxBytes }: HistoryOptions): Page {
  const entries: Entry[] = [];
  let bytes = 0;
  let gap: Gap | undefined;
  for (const entry of from) {
    const isWanted = !beginning.filter || matches(beginning.filter, entry.fields);
    if (isWanted) bytes += entry.data.length;
    const isFull = entries.length === maxMessages || (bytes > maxBytes && entries.length > 0);
    if (isWanted && isFull) return { entries, end: entries.at(-1)?.position, gap };
    if (entry.gap) gap = { ...entry.gap, from: gap?.from ?? entry.gap.from };
    if (isWanted) entries.push(entry);
  }
  return { entries, end: undefined, gap };
}

function formatMessage({ offset, timestampMs, data }: Entry, isFirst: boolean): Buffer[] {
  return [
    Buffer.from(`${isFirst ? '' : ','}{"o":${offset},"ts":${timestampMs},"d":`),
    data,
    Buffer.from('}'),
  ];
}
