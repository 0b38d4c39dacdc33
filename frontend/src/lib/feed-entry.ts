/** One row of the live list. Keys increase by one. */
export type FeedEntry = MessageEntry | GapEntry | RecoveredEntry;

export interface MessageEntry {
  readonly kind: 'message';
  readonly key: number;
  readonly feed: string;
  readonly offset: number;
  readonly position: string;
  readonly sentAtMs: number;
  /** The text of the data as it was published. */
  readonly raw: string;
}

/** A gap, at the place of the missing messages. */
export interface GapEntry {
  readonly kind: 'gap';
  readonly key: number;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** The place where the connection was lost and resumed without a gap. */
export interface RecoveredEntry {
  readonly kind: 'recovered';
  readonly key: number;
  readonly atMs: number;
  /** How many messages had been missed; they follow. */
  readonly replay: number;
}

const reasons: Readonly<Record<string, string>> = {
  evicted: 'They were too old, or too many, to be sent again.',
  slow: 'This browser could not keep up with the feed.',
  broker: 'The broker dropped them.',
  epoch: 'The feed was recreated and counts from the beginning; earlier messages may be missing here.',
};

/** What happened, in few enough words for a phone. */
export function titleOf(entry: GapEntry | RecoveredEntry): string {
  if (entry.kind === 'gap')
    return entry.why === 'epoch'
      ? 'The feed was recreated'
      : `${countOf(Math.max(0, entry.to - entry.from + 1))} not shown`;
  if (entry.replay === 0) return 'Reconnected, nothing missed';
  return `Recovered ${countOf(entry.replay)}`;
}

/** Why messages are missing, in a sentence. */
export function reasonOf(gap: GapEntry): string {
  return reasons[gap.why] ?? `The server says: ${gap.why}.`;
}

function countOf(messages: number): string {
  return messages === 1 ? '1 message' : `${messages} messages`;
}
