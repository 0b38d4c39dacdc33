/** On a busy queue, how long a reply proves that there is a worker. */
const busyMs = 5;

/** A queue is busy from this number of other pending requests on. */
const busyFrom = 8;

/**
 * On any other queue, a reply proves it for this multiple of the broker's response time: a worker needs
 * longer to leave, since it cancels its consumer and then closes the channel.
 */
const askings = 2;

/** At most half a millisecond, however slow the broker is. */
const longestMs = 0.5;

/** The weight of one measurement in the average response time. */
const weight = 1 / 8;

/** The requests to one queue: how many wait for replies, and whether a worker is known to exist. */
export class QueueTraffic {
  readonly queue: string;
  readonly #askBroker: () => Promise<boolean>;
  readonly #now: () => number;
  #waiting = 0;
  #repliedMs = Number.NEGATIVE_INFINITY;
  #askingMs = 0;
  #asking: Promise<boolean> | undefined;

  /** The broker is asked whether anything consumes the queue; asking never rejects. */
  constructor(queue: string, askBroker: () => Promise<boolean>, now = () => performance.now()) {
    this.queue = queue;
    this.#askBroker = askBroker;
    this.#now = now;
  }

  /** A request waits for its reply, until `end`. */
  begin(): void {
    this.#waiting += 1;
  }

  markReply(): void {
    this.#repliedMs = this.#now();
  }

  end(): void {
    this.#waiting -= 1;
  }

  /** Whether a reply has come so lately that the broker need not be asked about one of the requests that wait. */
  get isProven(): boolean {
    const limitMs = this.#waiting > busyFrom ? busyMs : Math.min(longestMs, askings * this.#askingMs);
    return this.#now() - this.#repliedMs < limitMs;
  }

  /** Whether anything consumes the queue, as the broker says after this call. */
  async hasWorker(): Promise<boolean> {
    if (this.#asking && (await this.#asking)) return true;
    // Whatever runs now has begun since, together with others who ask the same.
    return this.#asking ?? this.#ask();
  }

  #ask(): Promise<boolean> {
    const startMs = this.#now();
    const asking = this.#askBroker().then((hasWorker) => {
      this.#asking = undefined;
      this.#askingMs += (this.#now() - startMs - this.#askingMs) * weight;
      return hasWorker;
    });
    this.#asking = asking;
    return asking;
  }
}
