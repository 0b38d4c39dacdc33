import { DatabaseError } from '../database-error.ts';
import type { PageListener } from './sql-console.ts';

/** One statement of a console while it runs: the time that it has left, and why it was ended. */
export class Run {
  /** Whether the statement itself is running, not what surrounds it. */
  isSubmitted = false;
  readonly #limitMs: number;
  readonly #onLimit: () => void;
  #timer: NodeJS.Timeout | undefined;
  #reason: string | undefined;
  #thrown: { readonly error: unknown } | undefined;

  /** @param limitMs 0: no limit */
  constructor(limitMs: number, onLimit: () => void) {
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
  }

  /** Replaces the time that it has left; 0: no limit. */
  limit(limitMs: number = this.#limitMs): void {
    clearTimeout(this.#timer);
    if (limitMs === 0) return;
    this.#timer = setTimeout(() => {
      this.#reason ??= `the statement took longer than ${limitMs / 1000} s`;
      this.#onLimit();
    }, limitMs);
  }

  cancel(): void {
    this.#reason ??= 'the statement was cancelled';
  }

  /** The listener, which takes as long as it likes, and may throw. */
  guard(listener: PageListener): (...page: Parameters<PageListener>) => Promise<boolean> {
    return async (page) => {
      this.limit(0);
      try {
        const wantsMore = this.#reason === undefined && (await listener(page));
        return wantsMore && this.#reason === undefined;
      } catch (error) {
        this.#thrown = { error };
        return false;
      } finally {
        this.limit();
      }
    };
  }

  /** @throws DatabaseError 57014 if it was ended early, and what its listener has thrown. */
  assertWhole(): void {
    if (this.#thrown) throw this.#thrown.error;
    if (this.#reason !== undefined) throw new DatabaseError('defect', '57014', new Error(this.#reason));
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
