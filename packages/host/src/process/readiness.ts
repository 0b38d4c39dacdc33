/** Returns why a part of the process cannot work now; `undefined` if it can. */
export type Check = () => string | undefined | Promise<string | undefined>;

/** The services of a process: `endpoint POST /orders/`, `feed orders`, `worker store`. */
export interface Services {
  /** The number of services. */
  readonly count: number;
  /** The unavailable ones by name, with the reason. */
  readonly unavailable: ReadonlyMap<string, string>;
}

export interface Readiness {
  readonly ready: boolean;
  /** Each part's state, `ok` or the reason; and the unavailable services. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * Whether a process should get traffic: all of its parts work, it can serve at least one of its services, and
 * it is not draining.
 *
 * A gateway with one unavailable endpoint of many is ready, as another gateway would not do better.
 */
export class ReadinessProbe {
  readonly #checks = new Map<string, Check>();
  readonly #services: (() => Services)[] = [];
  readonly #starts: (() => string | undefined)[] = [];
  #phase: 'starting' | 'draining' | undefined;

  /** Adds a part that everything depends on. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** Adds services that may be partly unavailable. */
  addServices(read: () => Services): void {
    this.#services.push(read);
  }

  /** Adds what the process waits for before it is ready; it is listed only while it returns a reason. */
  addStart(read: () => string | undefined): void {
    this.#starts.push(read);
  }

  /** Whether the process has started; until then it is not ready. */
  begin(): void {
    this.#phase = 'starting';
  }

  started(): void {
    this.#phase = undefined;
  }

  /** Makes the process not ready from now on. */
  drain(): void {
    this.#phase = 'draining';
  }

  async read(): Promise<Readiness> {
    const reasons = await Promise.all(
      [...this.#checks].map(async ([name, check]) => [name, (await check()) ?? 'ok'] as const),
    );
    const waiting = this.#starts.flatMap((read) => read() ?? []);
    const phase = this.#phase ?? (waiting.length > 0 ? `starting: ${waiting.join('; ')}` : undefined);
    if (phase) reasons.push(['process', phase]);
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
