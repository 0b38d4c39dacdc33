import type { Bus, DeadLetter } from '@restmapper/bus';
import type { LetterQueue } from '../dead-letters/letter-queues.ts';

export interface NewDeadLettersOptions {
  readonly bus: Pick<Bus, 'inspect' | 'browseDeadLetters'>;
  readonly queues: readonly Pick<LetterQueue, 'name' | 'letters'>[];
  /** The maximum number of dead letters of a queue that are read. @default 100000 */
  readonly maxDepth?: number;
  /** The maximum bytes of bodies that one poll returns. @default 16000000 */
  readonly maxBytes?: number;
}

/** What a poll found. */
export interface Arrivals {
  /** Each queue's oldest first. */
  readonly letters: readonly DeadLetter[];
  /** How many more arrived than fit. */
  readonly omitted: number;
  /** Queues with too many dead letters to be read. */
  readonly skipped: readonly string[];
}

/**
 * Finds the dead letters that arrived since the poll before; they stay where they are.
 *
 * Reading hides a queue's dead letters from others for a moment, so a queue is read only if its length has changed, or
 * if `isThorough`: one that was replayed and died again leaves the length as it was.
 */
export class NewDeadLetters {
  readonly #options: Required<NewDeadLettersOptions>;
  readonly #depths = new Map<string, number>();
  /** The dead letters of the last reading, by queue. */
  readonly #known = new Map<string, ReadonlySet<string>>();

  constructor(options: NewDeadLettersOptions) {
    this.#options = { maxDepth: 100_000, maxBytes: 16_000_000, ...options };
  }

  /** @throws BusError */
  async poll({ isThorough = false } = {}): Promise<Arrivals> {
    const { bus, queues, maxDepth, maxBytes } = this.#options;
    const depths = new Map((await bus.inspect()).map(({ name, messages }) => [name, messages]));
    const found = new Arrived(maxBytes);
    const skipped: string[] = [];
    for (const { name: queue, letters } of queues) {
      const depth = depths.get(letters) ?? 0;
      if (depth === this.#depths.get(queue) && !(isThorough && depth > 0)) continue;
      if (depth > maxDepth) skipped.push(queue);
      else await this.#read(queue, found);
      this.#depths.set(queue, depth);
    }
    return { letters: found.letters, omitted: found.omitted, skipped };
  }

  async #read(queue: string, found: Arrived): Promise<void> {
    const before = this.#known.get(queue) ?? new Set<string>();
    const now = new Set<string>();
    await this.#options.bus.browseDeadLetters(queue, (letter) => {
      const key = `${letter.messageId} ${letter.diedAtMs ?? ''}`;
      now.add(key);
      if (!before.has(key)) found.add(letter);
      return 'keep';
    });
    this.#known.set(queue, now);
  }
}

/** Dead letters up to a number of bytes. */
class Arrived {
  readonly letters: DeadLetter[] = [];
  omitted = 0;
  #room: number;

  constructor(maxBytes: number) {
    this.#room = maxBytes;
  }

  add(letter: DeadLetter): void {
    this.#room -= letter.body.length;
    if (this.#room < 0) this.omitted += 1;
    else this.letters.push(letter);
  }
}
