import { createHash, timingSafeEqual } from 'node:crypto';

/** The SHA-256 of a text. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Finds the entry with a digest.
 *
 * Every entry is compared, each in constant time, whether or not one was found, so that the duration reveals
 * nothing about the digests.
 * @param isEqual - @default timingSafeEqual
 */
export function findByDigest<T extends { readonly digest: Buffer }>(
  entries: readonly T[],
  digest: Buffer,
  isEqual: (a: Buffer, b: Buffer) => boolean = timingSafeEqual,
): T | undefined {
  let found: T | undefined;
  for (const entry of entries) {
    if (isEqual(entry.digest, digest)) found = entry;
  }
  return found;
}
