import type { Cursor, FeedRing } from './feed-ring.ts';
import { type Filter, matches } from './filter.ts';
import type { Gap, GapReason } from './gap.ts';
import { emptyEpoch, parsePosition, type Position } from './position.ts';

/** A client's requested start. */
export interface Beginning {
  /** A position from a server: everything after it follows. Takes precedence over the mode. */
  readonly since?: string | undefined;
  readonly mode?: Mode | undefined;
  readonly filter?: Filter | undefined;
}

/**
 * | mode | first messages for a client without a position |
 * |---|---|
 * | `all` | only new ones |
 * | `latest` | the newest message held |
 * | `tail:20` | the newest 20 messages held, or fewer |
 */
export type Mode = 'all' | 'latest' | `tail:${number}`;

export function isMode(text: string): text is Mode {
  return /^(?:all|latest|tail:[1-9]\d{0,5})$/.test(text);
}

export interface ReplayLimits {
  /** The limits of a replay: beyond them the client should use the API. */
  readonly maxReplayMessages: number;
  readonly maxReplayBytes: number;
}

export interface Resumed {
  readonly cursor: Cursor;
  /** The position of the newest message, reached once the replay is over. */
  readonly at: string;
  /** Whether everything after `since` follows; also true without `since`. */
  readonly recovered: boolean;
  /** The number of replayed messages. */
  readonly replay: number;
  /** The missing messages, if any. */
  readonly gap: Gap | undefined;
}

/**
 * Places a new reader in a ring.
 *
 * It is synchronous, so that replayed and live messages join without a gap. A position ahead of the ring
 * refers to messages that the broker has lost; if another process may have been faster, call
 * `LiveFeed.catchUp` first.
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
  /** Whether there is no gap within it. */
  readonly isWhole: boolean;
}

interface Wanted {
  readonly filter: Filter | undefined;
  readonly limits: ReplayLimits;
}

/** The start after a position, or the reason for a gap. */
function follow(ring: FeedRing, since: string, { filter, limits }: Wanted): Replay | Gap {
  const position = parsePosition(since);
  const refuse = (from: number, why: GapReason): Gap => ({ from, to: ring.next - 1, why });
  if (!position || isForeign(ring, position)) return refuse(0, 'epoch');
  // It may belong to this stream or to an older one, in which case the client has nothing of this one.
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
  // Without a replay the client is at the newest position at once, past the gap's notice.
  if (lost && messages === 0) return lost;
  return { from, messages, isWhole: !lost };
}

/**
 * Whether the position belongs to another stream; it can be of this one only if its anchor was seen or
 * evicted.
 */
function isForeign(ring: FeedRing, { epoch, offset }: Position): boolean {
  if (epoch.tag === emptyEpoch.tag) return offset !== -1;
  if (offset >= ring.next) return true;
  const proof = ring.prove(epoch);
  return proof === 'other' || (proof === 'unknown' && epoch.anchor >= ring.next);
}

function isProven(ring: FeedRing, { epoch }: Position): boolean {
  return epoch.tag === emptyEpoch.tag || ring.prove(epoch) === 'same';
}

/** The newest matching messages, as many as the mode requests and the limits allow. */
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
