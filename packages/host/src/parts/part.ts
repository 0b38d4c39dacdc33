import type { Authenticator } from '@restmapper/auth';
import type { Model } from '@restmapper/endpoints';

/** What one generation of a system is made from. */
export interface Generation {
  readonly model: Model;
}

/** What parts that serve callers are made from. */
export interface ServedGeneration extends Generation {
  readonly authenticator: Authenticator;
}

/** A part of a running system that can switch to another model without stopping. */
export interface Part<Needs extends Generation = Generation> {
  /**
   * Prepares the next generation, without visible effect.
   *
   * @throws Error when it cannot be opened; then nothing of it stays open.
   */
  prepare(next: Needs): Promise<PreparedPart>;
}

/** A part that is ready to switch. */
export interface PreparedPart {
  /** Starts what must run before the switch, beside what runs now; never rejects. */
  start?(): Promise<void>;
  /** Switches to the generation. */
  adopt(): void;
  /** Closes what only the generation before needed, once it has finished what it had begun, or after `timeoutMs`. */
  retire?(timeoutMs: number): Promise<void>;
  /** Closes what was prepared, because another part cannot switch. */
  discard?(): Promise<void>;
}

/**
 * Joins parts that switch together: all of them, or none.
 *
 * They are prepared and retired in this order, so callers come before what they call.
 */
export function together<Needs extends Generation>(parts: readonly Part<Needs>[]): Part<Needs> {
  return {
    async prepare(next) {
      const prepared: PreparedPart[] = [];
      const discard = async (): Promise<void> => {
        for (const part of prepared.toReversed()) await part.discard?.();
      };
      for (const part of parts) {
        const ready = await part.prepare(next).catch(async (error: unknown) => {
          await discard();
          throw error;
        });
        prepared.push(ready);
      }
      return {
        async start() {
          for (const part of prepared) await part.start?.();
        },
        adopt() {
          for (const part of prepared) part.adopt();
        },
        async retire(timeoutMs) {
          const endMs = performance.now() + timeoutMs;
          for (const part of prepared) await part.retire?.(Math.max(0, endMs - performance.now()));
        },
        discard,
      };
    },
  };
}
