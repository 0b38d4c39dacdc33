import type { Channel, ChannelModel } from 'amqplib';
import { asError, methodTimeoutMs, within } from './within.ts';

/** Reply code of a broker that does not let this user do it (AMQP 0-9-1, section 1.2). */
export const accessRefused = 403;

/** Reply codes about one object, by which the broker closes the channel and nothing else. */
const objectCodes: ReadonlySet<unknown> = new Set([accessRefused, 404, 405, 406]);

/** The broker has something against an object. */
export interface Refused {
  /** Names the object, and says what the broker has against it. */
  readonly error: Error;
  readonly code: number;
  readonly isMissing: boolean;
  /** The queue is known, but not the node that it lives on, or the process that it is. */
  readonly isOutOfReach: boolean;
}

/** Asks the broker for one thing after the other, on as many channels as its refusals take. */
export class Asking {
  readonly #model: ChannelModel;
  readonly #signal: AbortSignal;
  #channel: Channel | undefined;

  constructor(model: ChannelModel, signal: AbortSignal) {
    this.#model = model;
    this.#signal = signal;
  }

  /**
   * Gives the broker's refusal, if it refuses.
   *
   * @throws Error that names the object when the broker does not answer.
   */
  async ask(what: string, question: (channel: Channel) => Promise<unknown>): Promise<Refused | undefined> {
    const limits = { timeoutMs: methodTimeoutMs, signal: this.#signal };
    this.#channel ??= await within('opening a channel', this.#open(), limits);
    const answer = await within('it', question(this.#channel), limits).then(() => undefined, asError);
    if (!answer) return undefined;
    const code = 'code' in answer ? answer.code : undefined;
    const error = new Error(`cannot declare ${what}: ${sayingOf(answer)}`, { cause: answer });
    if (typeof code !== 'number' || !objectCodes.has(code)) throw error;
    this.#channel = undefined;
    // The same code says of a queue that it cannot be reached.
    const isMissing = code === 404 && answer.message.includes('NOT_FOUND - no ');
    return { error, code, isMissing, isOutOfReach: code === 404 && !isMissing };
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    if (!channel) return;
    // One that hangs, or was lost, ends with its connection.
    await within('closing a channel', channel.close(), {
      timeoutMs: methodTimeoutMs,
      signal: this.#signal,
    }).catch(() => {});
  }

  async #open(): Promise<Channel> {
    const channel = await this.#model.createChannel();
    return channel.on('error', () => {});
  }
}

/** What the broker says, without what amqplib puts around it. */
function sayingOf({ message }: Error): string {
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message;
}
