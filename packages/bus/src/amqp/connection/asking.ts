import type { Channel, ChannelModel } from 'amqplib';
import { openOwnChannel } from './own-channel.ts';
import { asError, within } from '@restmapper/core';
import { methodTimeoutMs } from './method-timeout.ts';

/** Reply code when the user lacks the permission (AMQP 0-9-1, section 1.2). */
export const accessRefused = 403;

/** Reply codes about one object, with which the broker closes only the channel. */
const objectCodes: ReadonlySet<unknown> = new Set([accessRefused, 404, 405, 406]);

/** The broker's refusal of an object. */
export interface Refused {
  /** Names the object and states the broker's reason. */
  readonly error: Error;
  readonly code: number;
  readonly isMissing: boolean;
  /** The queue exists, but its node or its process is down. */
  readonly isOutOfReach: boolean;
}

/** Sends methods in sequence; each refusal costs a channel, which is then replaced. */
export class Asking {
  readonly #model: ChannelModel;
  readonly #signal: AbortSignal;
  readonly #verb: string;
  #channel: Channel | undefined;

  /** The verb names the attempted operation on the refused object. */
  constructor(model: ChannelModel, signal: AbortSignal, verb: 'declare' | 'use' = 'declare') {
    this.#model = model;
    this.#signal = signal;
    this.#verb = verb;
  }

  /**
   * Resolves with the broker's refusal, if it refuses.
   *
   * @throws Error naming the object if the broker does not answer.
   */
  async ask(what: string, question: (channel: Channel) => Promise<unknown>): Promise<Refused | undefined> {
    const limits = { timeoutMs: methodTimeoutMs, signal: this.#signal };
    this.#channel ??= await within('opening a channel', openOwnChannel(this.#model), limits);
    const answer = await within('it', question(this.#channel), limits).then(() => undefined, asError);
    if (!answer) return undefined;
    const code = 'code' in answer ? answer.code : undefined;
    const error = new Error(`cannot ${this.#verb} ${what}: ${sayingOf(answer)}`, { cause: answer });
    if (typeof code !== 'number' || !objectCodes.has(code)) throw error;
    this.#channel = undefined;
    // 404 also means that a queue cannot be reached.
    const isMissing = code === 404 && answer.message.includes('NOT_FOUND - no ');
    return { error, code, isMissing, isOutOfReach: code === 404 && !isMissing };
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    if (!channel) return;
    // A channel that hangs ends with its connection.
    await within('closing a channel', channel.close(), {
      timeoutMs: methodTimeoutMs,
      signal: this.#signal,
    }).catch(() => {});
  }
}

/** Strips amqplib's wrapping from the broker's own text. */
function sayingOf({ message }: Error): string {
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message;
}
