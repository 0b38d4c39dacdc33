import type { Cursor, FeedRing } from './feed-ring.ts';
import { type Filter, matches } from './filter.ts';
import type { Gap, GapReason } from './gap.ts';
import { emptyEpoch, parsePosition, type Position } from './position.ts';

/** Where a client wants to begin. */
export interface Beginning {
  /** A position that a server gave it: everything behind it follows. Outweighs the mode. */
  readonly since?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly filter?: Filter | undefined;
}

/**
 * | mode | what a client without a position gets first |
 * |---|---|
 * | `all` | nothing but what is new |
 * | `latest` | the newest message held |
 * | `tail:20` | the newest 20 messages held, or fewer |
 */
export type Mode = 'all' | 'latest' | `tail:${number}`;

export function isMode(text: string): text is Mode {
  return /^(?:all|latest|tail:[1-9]\d{0,5})$/.test(text);
}

export interface ReplayLimits {
  /** More is not replayed: the client is better off to ask the API. */
  readonly maxReplayMessages: number;
  readonly maxReplayBytes: number;
}

export interface Resumed {
  readonly cursor: Cursor;
  /** The position of the newest message there is, which the client has once the replay is over. */
  readonly at: string;
  /** Whether everything behind `since` follows; true also when there was no `since`. */
  readonly recovered: boolean;
  /** How many messages that are there already follow. */
  readonly replay: number;
  /** What does not follow; absent when nothing is missing. */
  readonly gap: Gap | undefined;
}

/**
 * Places a new reader in a ring.
 *
 * Nothing is awaited: what is replayed and what comes live meet without a seam. A position ahead of the
 * ring is of messages that the broker has lost; where another process may have been faster, `LiveFeed.catchUp`
 * comes first.
 */
export function resume(ring: FeedRing, beginning: Beginning, limits: ReplayLimits): Resumed {
  const { since, filter } = beginning;
  const replay =
    since === undefined ? tail(ring, beginning, limits) : follow(ring, since, { filter, limits });
  const end = ring.next;
  if ('why' in replay) {
    const at = ring.positionBefore(end);
    return { cursor: ring.cursorAt(end, filter), at, recovered: false, replay: 0, gap: replay };
  }
  const { from, messages, isWhole } = replay;
  const at = ring.positionBefore(Math.max(from, end));
  return { cursor: ring.cursorAt(from, filter), at, recovered: isWhole, replay: messages, gap: undefined };
}

interface Replay {
  readonly from: number;
  readonly messages: number;
  /** Whether nothing is lost within it. */
  readonly isWhole: boolean;
}

interface Wanted {
  readonly filter: Filter | undefined;
  readonly limits: ReplayLimits;
}

/** What follows a position, or why it does not. */
function follow(ring: FeedRing, since: string, { filter, limits }: Wanted): Replay | Gap {
  const position = parsePosition(since);
  const refuse = (from: number, why: GapReason): Gap => ({ from, to: ring.next - 1, why });
  if (!position || isForeign(ring, position)) return refuse(0, 'epoch');
  // It may be of this stream or of an older one, and then nothing of this one was had.
  if (!isProven(ring, position)) return refuse(0, 'evicted');
  const from = position.offset + 1;
  if (from < ring.first) return refuse(from, 'evicted');
  let messages = 0;
  let bytes = 0;
  let lost: Gap | undefined;
  for (const entry of ring.entries.from(from)) {
    if (entry.gap) lost = { ...entry.gap, from: lost?.from ?? entry.gap.from };
    if (filter && !matches(filter, entry.fields)) continue;
    messages += 1;
    bytes += entry.frame.length;
    if (messages > limits.maxReplayMessages || bytes > limits.maxReplayBytes) return refuse(from, 'evicted');
  }
  // With nothing to be replayed the client is at the newest position at once, past what tells of the loss.
  if (lost && messages === 0) return lost;
  return { from, messages, isWhole: !lost };
}

/** Whether the position is one of another stream; it may be of this one only if its anchor was here, or left. */
function isForeign(ring: FeedRing, { epoch, offset }: Position): boolean {
  if (epoch.tag === emptyEpoch.tag) return offset !== -1;
  if (offset >= ring.next) return true;
  const proof = ring.prove(epoch);
  return proof === 'other' || (proof === 'unknown' && epoch.anchor >= ring.next);
}

function isProven(ring: FeedRing, { epoch }: Position): boolean {
  return epoch.tag === emptyEpoch.tag || ring.prove(epoch) === 'same';
}

/** The newest messages of those that are wanted, as many as the mode asks for and the limits allow. */
function tail(ring: FeedRing, { mode = 'all', filter }: Beginning, limits: ReplayLimits): Replay {
  const wanted = Math.min(sizeOf(mode), limits.maxReplayMessages);
  let from = ring.next;
  let messages = 0;
  let bytes = 0;
  for (const entry of wanted > 0 ? ring.entries.backwards() : []) {
    if (filter && !matches(filter, entry.fields)) continue;
    bytes += entry.frame.length;
    if (bytes > limits.maxReplayBytes && messages > 0) break;
    from = entry.offset;
    messages += 1;
    if (messages === wanted) break;
  }
  return { from, messages, isWhole: true };
}

function sizeOf(mode: Mode): number {
  if (mode === 'all') return 0;
  return mode === 'latest' ? 1 : Number(mode.slice('tail:'.length));
}
