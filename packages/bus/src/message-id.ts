import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

/** Random bytes for many ids; each draw from the system costs as much as twenty ids. */
const pool = new Uint8Array(16 * 256);
let used = pool.length;

let lastMs = 0;
let sequence = 0;

/**
 * A new UUIDv7: unique, and later than every one made before it in the same process.
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
