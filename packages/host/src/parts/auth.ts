import { isDeepStrictEqual } from 'node:util';
import { type Authenticator, openAuthenticator } from '@restmapper/auth';
import type { Log } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { Service } from '../process/service.ts';
import { type Part, type PreparedPart, type ServedGeneration, together } from './part.ts';

/**
 * Opens the authenticator.
 *
 * @throws ConfigError if a key, or a file named in the `auth` section, is invalid.
 */
export function openAuth({ model, log, closers }: Service): Auth {
  return closers.add('auth', new Auth(model, log), (auth) => auth.close());
}

/** Decides who may call, and switches together with the parts that ask it. */
export class Auth {
  readonly #log: Log;
  readonly #open = new Set<Authenticator>();
  #now: OpenSchemes;

  constructor({ auth }: Model, log: Log) {
    this.#log = log;
    this.#now = this.#openSchemes(auth);
  }

  /** The current generation's. */
  get authenticator(): Authenticator {
    return this.#now.authenticator;
  }

  /** Joins the parts that ask it, in the order of {@link together}. */
  around(parts: readonly Part<ServedGeneration>[]): Part {
    const inner = together(parts);
    return { prepare: ({ model }) => this.#prepare(model, inner) };
  }

  close(): void {
    for (const authenticator of this.#open) this.#end({ authenticator });
  }

  async #prepare(model: Model, inner: Part<ServedGeneration>): Promise<PreparedPart> {
    const before = this.#now;
    // An unchanged section keeps its key sets and caches.
    const isSame = isDeepStrictEqual(model.auth, before.auth);
    const next = isSame ? before : this.#openSchemes(model.auth);
    const endNext = (): void => {
      if (!isSame) this.#end(next);
    };
    const prepared = await inner
      .prepare({ model, authenticator: next.authenticator })
      .catch((error: unknown) => {
        endNext();
        throw error;
      });
    return {
      start: async () => await prepared.start?.(),
      adopt: () => {
        this.#now = next;
        prepared.adopt();
      },
      retire: async (timeoutMs) => {
        await prepared.retire?.(timeoutMs);
        if (!isSame) this.#end(before);
      },
      discard: async () => {
        await prepared.discard?.();
        endNext();
      },
    };
  }

  #openSchemes(auth: Model['auth']): OpenSchemes {
    const authenticator = openAuthenticator(auth, { log: this.#log });
    this.#open.add(authenticator);
    return { auth, authenticator };
  }

  #end({ authenticator }: Pick<OpenSchemes, 'authenticator'>): void {
    this.#open.delete(authenticator);
    authenticator.close();
  }
}

interface OpenSchemes {
  readonly auth: Model['auth'];
  readonly authenticator: Authenticator;
}
