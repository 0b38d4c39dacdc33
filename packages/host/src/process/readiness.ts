/** Gives the reason why a part of the process cannot work now; `undefined` when it can. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** What a process serves, piece by piece: `endpoint POST /orders/`, `feed orders`, `worker store`. */
export interface Services {
  /** How many there are. */
  readonly count: number;
  /** Those that cannot be served now, by their names, and why. */
  readonly unavailable: ReadonlyMap<string, string>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Each part's state, `ok`, or why it is not; and of what the process serves only what is unavailable. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * Whether a process should be sent work: all of its parts can do theirs, it can serve at least some of
 * what it is there for, and it is not draining.
 *
 * A gateway with one endpoint of many that is unavailable is ready, as it would be no better elsewhere.
 */
export class ReadinessProbe {
  readonly #checks = new Map<string, Check>();
  readonly #services: (() => Services)[] = [];
  #phase: 'starting' | 'draining' | undefined;

  /** Adds a part without which nothing can be served. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** Adds what can be served in part. */
  addServices(read: () => Services): void {
    this.#services.push(read);
  }

  /** The process is not ready, whatever its parts say, until it has started. */
  begin(): void {
    this.#phase = 'starting';
  }

  started(): void {
    this.#phase = undefined;
  }

  /** From now on the process is not ready, whatever its parts say. */
  drain(): void {
    this.#phase = 'draining';
  }

  async read(): Promise<Readiness> {
    const reasons = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, (await check()) ?? 'ok'] as const),
    );
    if (this.#phase) reasons.push(['process', this.#phase]);
    const services = this.#services.map((read) => read());
    const unavailable = services.flatMap((each) => [...each.unavailable]);
    const count = services.reduce((sum, each) => sum + each.count, 0);
    const servesSome = count === 0 || unavailable.length < count;
    return {
      ready: servesSome && reasons.every(([, state]) => state === 'ok'),
      checks: Object.fromEntries([...reasons, ...unavailable]),
    };
  }
}
