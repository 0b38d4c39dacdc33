import { BusError, type Message, type Reply } from '@restmapper/bus';
import { RequestError, within } from '@restmapper/core';
import { errorAnswer } from '@restmapper/workers';
import { readMessage } from './read-message.ts';
import type { StubReply, TestMessage } from './test-system.ts';

/** The stubs of a test system, by exchange. */
export class Stubs {
  readonly #replies = new Map<string, StubReply>();

  set(exchange: string, reply: StubReply): void {
    this.#replies.set(exchange, reply);
  }

  has(exchange: string): boolean {
    return this.#replies.has(exchange);
  }

  clear(): void {
    this.#replies.clear();
  }

  /** @throws BusError RPC_TIMEOUT when there is no reply by the deadline. */
  async reply(exchange: string, message: Message, deadlineEpochMs: number): Promise<Reply> {
    const late = (): Error => new BusError('RPC_TIMEOUT', 'the stub did not reply in time');
    const timeoutMs = Math.max(0, deadlineEpochMs - Date.now());
    try {
      const value = await within(late, answer(this.#replies.get(exchange), message), { timeoutMs });
      if (value instanceof RequestError) return errorReply(value);
      return { body: Buffer.from(JSON.stringify(value ?? null)), status: undefined, kind: 'value' };
    } catch (error) {
      if (error instanceof RequestError) return errorReply(error);
      throw error;
    }
  }
}

async function answer(reply: StubReply, message: Message): Promise<unknown> {
  if (typeof reply !== 'function') return reply;
  return await (reply as (request: TestMessage) => unknown)(readMessage(message));
}

function errorReply(error: RequestError): Reply {
  const { reply: body, status } = errorAnswer(error);
  return { body, status, kind: 'error' };
}
