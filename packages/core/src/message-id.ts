import { createHash, randomFillSync } from 'node:crypto';
import { stringify, v5, v7 } from 'uuid';

/** A pool of random bytes for many ids; each draw from the system costs as much as twenty ids. */
const pool = new Uint8Array(16 * 256);
let used = pool.length;

let lastMs = 0;
let sequence = 0;

/**
 * A new UUIDv7: unique, and greater than every earlier one of the same process.
 *
 * @see RFC 9562, section 5.7
 */
export function createMessageId(): string {
  const random = drawRandom();
  const nowMs = Date.now();
  if (nowMs > lastMs) {
    lastMs = nowMs;
    // 31 of the sequence's 32 bits, so that it can count up for the rest of the millisecond.
    sequence = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    sequence += 1;
  }
  return v7({ random, msecs: lastMs, seq: sequence });
}

function drawRandom(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.subarray(used - 16, used);
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;

/** The name space that maps other programs' ids to UUIDs; must never change. */
const foreignIds = '6f0f5a9e-3a54-4d53-9d0e-2f4d6c1f7b11';

/**
 * The UUID of a message: its own id if that is a UUID; other ids are mapped to a UUIDv5 (RFC 9562, section
 * 5.5).
 */
export function toMessageId(id: string): string {
  if (uuid.test(id)) return id;
  const lower = id.toLowerCase();
  return uuid.test(lower) ? lower : foreignMessageId(id);
}

/** Maps another program's message id to a UUIDv5, always the same. */
export function foreignMessageId(name: string | Buffer): string {
  return v5(name, foreignIds);
}

/**
 * Maps a list of texts to a UUIDv8, always the same for the same list.
 *
 * @see RFC 9562, section 5.8 and appendix B.2
 */
export function deriveMessageId(parts: readonly string[]): string {
  const bytes = createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return stringify(bytes);
}

/** The creation time of a UUIDv7 in epoch milliseconds; `undefined` for any other id. */
export function messageIdTimeMs(id: string): number | undefined {
  if (id.charCodeAt(14) !== 0x37) return undefined;
  const high = Number.parseInt(id.slice(0, 8), 16);
  const low = Number.parseInt(id.slice(9, 13), 16);
  return Number.isNaN(high + low) ? undefined : high * 0x1_0000 + low;
}
