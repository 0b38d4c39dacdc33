import type { Log } from '@restmapper/core';
import type { JwtKeys } from '@restmapper/endpoints';
import { createLocalJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { AuthFailure } from '../caller/principal.ts';

/** The maximum size of a key set, far more than any provider has. */
const maxBytes = 256 * 1024;
const timeoutMs = 5_000;

type KeySet = Extract<JwtKeys, { readonly kind: 'jwks' }>;

/**
 * The keys of an identity provider, fetched from its JSON Web Key Set.
 *
 * They are fetched on first use, again in the background at half of their maximum age, and when a token names
 * an unknown key; never twice within the cooldown, whether or not it succeeded. Beyond their maximum age they
 * are no longer trusted.
 * @see RFC 7517, section 5
 */
export class RemoteKeys {
  readonly #source: KeySet;
  readonly #log: Log;
  #find: JWTVerifyGetKey | undefined;
  #fetchedMs = Number.NEGATIVE_INFINITY;
  #triedMs = Number.NEGATIVE_INFINITY;
  #pending: Promise<void> | undefined;

  constructor(source: KeySet, log: Log) {
    this.#source = source;
    this.#log = log;
  }

  /**
   * Finds the key that a token names.
   *
   * @throws AuthFailure `unavailable` if the keys cannot be fetched; JOSEError if it is not among them.
   */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const find = await this.#current();
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.#mayFetch) throw error;
      await this.#fetch();
      return await (this.#find ?? find)(header, token);
    }
  };

  async #current(): Promise<JWTVerifyGetKey> {
    const { maxAgeMs } = this.#source;
    if (this.#ageMs > maxAgeMs && this.#mayFetch) await this.#fetch();
    else if (this.#ageMs > maxAgeMs / 2 && this.#mayFetch) void this.#fetch(); // Never rejects.
    if (!this.#find || this.#ageMs > maxAgeMs)
      throw new AuthFailure('unavailable', 'the keys cannot be fetched');
    return this.#find;
  }

  get #ageMs(): number {
    return performance.now() - this.#fetchedMs;
  }

  /** Joining a running fetch is always allowed. */
  get #mayFetch(): boolean {
    return this.#pending !== undefined || performance.now() - this.#triedMs >= this.#source.cooldownMs;
  }

  #fetch(): Promise<void> {
    this.#pending ??= this.#fetchNow().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #fetchNow(): Promise<void> {
    const { url } = this.#source;
    this.#triedMs = performance.now();
    try {
      this.#find = createLocalJWKSet(await download(url));
      this.#fetchedMs = performance.now();
    } catch (error) {
      this.#log.warn({ url, reason: reasonOf(error) }, 'the keys for verifying tokens cannot be fetched');
    }
  }
}

async function download(url: string): Promise<Parameters<typeof createLocalJWKSet>[0]> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`the answer is ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw new Error(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  // The consumer refuses anything but a key set.
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Parameters<typeof createLocalJWKSet>[0];
}

/** The reason of a failed fetch is in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
