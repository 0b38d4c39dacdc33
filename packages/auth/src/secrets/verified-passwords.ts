import { createHmac, randomBytes } from 'node:crypto';

const maxEntries = 1_000;
const rememberMs = 5 * 60_000;

/**
 * Caches for five minutes which passwords match which hashes, so that not every call of a user costs a hash.
 *
 * It holds only digests of passwords, keyed with a random key of this process. A user whose hash was changed
 * or removed is not found.
 */
export class VerifiedPasswords {
  readonly #key = randomBytes(32);
  readonly #untilMs = new Map<string, number>();

  has(hash: string, password: string): boolean {
    return (this.#untilMs.get(this.#digest(hash, password)) ?? 0) > performance.now();
  }

  add(hash: string, password: string): void {
    const [oldest] = this.#untilMs.keys();
    if (this.#untilMs.size >= maxEntries && oldest !== undefined) this.#untilMs.delete(oldest);
    this.#untilMs.set(this.#digest(hash, password), performance.now() + rememberMs);
  }

  /** A hash has no line feed, so every pair yields a different text. */
  #digest(hash: string, password: string): string {
    return createHmac('sha256', this.#key).update(`${hash}\n${password}`).digest('base64');
  }
}
