import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../support/until.ts';
import { use } from '../../support/use.ts';
import { CallLog, type CallOutcome } from './oracle.ts';

/** Sends the message of an id; resolves with its outcome as far as its sender can tell. */
export type Call = (id: string) => Promise<CallOutcome>;

export interface LoadOptions {
  readonly call: Call;
  /** The maximum number of concurrent calls. @default 32 */
  readonly concurrency?: number;
  /** Calls to start per second. @default as many as are answered */
  readonly perSecond?: number;
  /** Ends the load after this many calls. @default it continues until it is stopped */
  readonly count?: number;
}

/** A continuous load of calls, one id after another. */
export interface Load {
  readonly log: CallLog;
  readonly answered: number;
  readonly confirmed: number;
  readonly slowestMs: number;
  /** Resolves when the count is reached, and rejects at once with an outcome that no call may have. */
  readonly ended: Promise<void>;
  /** Resolves when this many more calls have been confirmed. */
  confirmMore(count: number): Promise<void>;
  /** Starts no more calls; resolves when the running ones have ended. */
  stop(): Promise<CallLog>;
}

/** How long a refused caller waits before the next call. */
const pauseMs = 10;

/** A busy machine may be slow. */
const confirmPatienceMs = 60_000;

/**
 * Starts calls, which end with the test at the latest.
 *
 * A refused call is followed by one with another id, so that every outcome belongs to one message.
 */
export function startLoad(options: LoadOptions): Load {
  const load = new RunningLoad(options);
  // `stop` rejects with the same error.
  load.ended.catch(() => {});
  return use(load, () => load.stop().catch(() => {}));
}

class RunningLoad implements Load {
  readonly log = new CallLog();
  readonly ended: Promise<void>;
  readonly #options: Required<LoadOptions>;
  readonly #startMs = performance.now();
  #begun = 0;
  #isStopped = false;
  answered = 0;
  confirmed = 0;
  slowestMs = 0;

  constructor({
    call,
    concurrency = 32,
    perSecond = Number.POSITIVE_INFINITY,
    count = Number.POSITIVE_INFINITY,
  }: LoadOptions) {
    this.#options = { call, concurrency, perSecond, count };
    this.ended = Promise.all(Array.from({ length: concurrency }, () => this.#run())).then(() => {});
  }

  async confirmMore(count: number): Promise<void> {
    const goal = this.confirmed + count;
    await until(() => this.confirmed >= goal, { timeoutMs: confirmPatienceMs });
  }

  async stop(): Promise<CallLog> {
    this.#isStopped = true;
    await this.ended;
    return this.log;
  }

  async #run(): Promise<void> {
    const { call, count, perSecond } = this.#options;
    while (!this.#isStopped && this.#begun < count) {
      const id = String(this.#begun);
      this.#begun += 1;
      const dueMs = this.#startMs + (Number(id) * 1000) / perSecond;
      if (dueMs > performance.now()) await sleep(dueMs - performance.now());
      const outcome = await this.#time(() => call(id));
      this.log.record(id, outcome);
      this.answered += 1;
      if (outcome === 'confirmed') this.confirmed += 1;
      if (outcome !== 'confirmed') await sleep(pauseMs);
    }
  }

  async #time<T>(work: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      this.slowestMs = Math.max(this.slowestMs, performance.now() - startMs);
    }
  }
}
