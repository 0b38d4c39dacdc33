import type { Channel, ChannelModel } from 'amqplib';
import { openOwnChannel } from './own-channel.ts';
import { asError, within } from '@restmapper/core';
import { methodTimeoutMs } from './method-timeout.ts';
import { OpenQuestions } from './open-questions.ts';

/** Reply code when the user lacks the permission (AMQP 0-9-1, section 1.2). */
export const accessRefused = 403;

/** Reply codes about one object, with which the broker closes only the channel. */
const objectCodes: ReadonlySet<unknown> = new Set([accessRefused, 404, 405, 406]);

/** The patience for the last of many objects about which the broker does not answer. */
const leastPatienceMs = 100;

/** Why an object cannot be used: the broker refuses it, or does not answer. */
export interface Refused {
  /** Names the object and states the broker's reason. */
  readonly error: Error;
  /** Absent if the broker does not answer. */
  readonly code?: number;
  readonly isMissing: boolean;
  /** The queue exists, but its node or its process is down. */
  readonly isOutOfReach: boolean;
  /** If the broker does not answer: resolves once it does, or the connection is lost. */
  readonly answered?: Promise<void>;
}

export interface AskingOptions {
  readonly signal: AbortSignal;
  /** The attempted operation on the refused object. @default 'declare' */
  readonly verb?: 'declare' | 'use' | 'inspect';
  /**
   * How long to wait for an answer about an object. Each object without an answer halves it for the next, so that
   * many of them take twice as long as one. @default 2500
   */
  readonly patienceMs?: number;
}

/** Sends methods in sequence; each object that is refused, or unanswered, costs a channel, which is replaced. */
export class Asking {
  readonly #model: ChannelModel;
  readonly #signal: AbortSignal;
  readonly #verb: string;
  readonly #open: OpenQuestions;
  #patienceMs: number;
  #channel: Channel | undefined;

  constructor(model: ChannelModel, options: AskingOptions) {
    const { signal, verb = 'declare', patienceMs = methodTimeoutMs / 2 } = options;
    this.#model = model;
    this.#signal = signal;
    this.#verb = verb;
    this.#open = OpenQuestions.of(model);
    this.#patienceMs = patienceMs;
  }

  /**
   * Resolves with the reason if the broker refuses, or does not answer.
   *
   * @throws Error if the connection fails.
   */
  async ask(what: string, question: (channel: Channel) => Promise<unknown>): Promise<Refused | undefined> {
    const known = this.#open.answerAbout(what);
    if (known) return this.#unanswered(what, known);
    const channel = await this.#openChannel();
    const asked = question(channel);
    const limits = { timeoutMs: this.#patienceMs, signal: this.#signal };
    const answer = await within(() => new Unanswered(), asked, limits).then(() => undefined, asError);
    if (answer instanceof Unanswered) return this.#leave(what, channel, asked);
    return answer && this.#refused(what, answer);
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

  async #openChannel(): Promise<Channel> {
    const limits = { timeoutMs: methodTimeoutMs, signal: this.#signal };
    this.#channel ??= await within('opening a channel', openOwnChannel(this.#model), limits);
    return this.#channel;
  }

  /** @throws Error if it is not about the object. */
  #refused(what: string, answer: Error): Refused {
    const code = 'code' in answer ? answer.code : undefined;
    const error = new Error(`cannot ${this.#verb} ${what}: ${sayingOf(answer)}`, { cause: answer });
    if (typeof code !== 'number' || !objectCodes.has(code)) throw error;
    this.#channel = undefined;
    // 404 also means that a queue cannot be reached.
    const isMissing = code === 404 && answer.message.includes('NOT_FOUND - no ');
    return { error, code, isMissing, isOutOfReach: code === 404 && !isMissing };
  }

  /** The channel of an unanswered question is closed once the answer comes. */
  #leave(what: string, channel: Channel, asked: Promise<unknown>): Refused {
    this.#channel = undefined;
    this.#patienceMs = Math.max(leastPatienceMs, this.#patienceMs / 2);
    const answered = this.#open.add(what, asked);
    void answered.then(() => channel.close()).catch(() => {});
    return this.#unanswered(what, answered);
  }

  #unanswered(what: string, answered: Promise<void>): Refused {
    const error = new Error(`cannot ${this.#verb} ${what}: the broker does not answer`);
    return { error, isMissing: false, isOutOfReach: false, answered };
  }
}

/** How a queue is named in questions about it. */
export function titleOfQueue(queue: string): string {
  return `the queue ${queue}`;
}

class Unanswered extends Error {}

/** Strips amqplib's wrapping from the broker's own text. */
function sayingOf({ message }: Error): string {
  return /with message "(.*)"$/s.exec(message)?.[1] ?? message;
}
