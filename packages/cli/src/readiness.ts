/** Gives the reason why a part of the process cannot work now; `undefined` when it can. */
export type Check = () => string | undefined | Promise<string | undefined>;

export interface Readiness {
  readonly ready: boolean;
  /** Each part's state: `ok`, or why it is not. */
  readonly checks: Readonly<Record<string, string>>;
}

/** Whether a process should be sent work: all of its parts can do theirs, and it is not draining. */
export class ReadinessProbe {
  readonly #checks = new Map<string, Check>();
  #draining = false;

  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** From now on the process is not ready, whatever its parts say. */
  drain(): void {
    this.#draining = true;
  }

  async read(): Promise<Readiness> {
    const reasons = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, (await check()) ?? 'ok'] as const),
    );
    const checks = Object.fromEntries(this.#draining ? [...reasons, ['process', 'draining']] : reasons);
    return { ready: Object.values(checks).every((state) => state === 'ok'), checks };
  }
}
