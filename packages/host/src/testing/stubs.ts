import { BusError, type Reply } from '@restmapper/bus';
import { RequestError, within } from '@restmapper/core';
import { errorAnswer } from '@restmapper/workers';
import type { StubReply, TestMessage } from './test-system.ts';

/** The stubs of a test system, by routing key: the name of an exchange or a foreign queue. */
export class Stubs {
  readonly #replies = new Map<string, StubReply>();

  set(routingKey: string, reply: StubReply): void {
    this.#replies.set(routingKey, reply);
  }

  has(routingKey: string): boolean {
    return this.#replies.has(routingKey);
  }

  clear(): void {
    this.#replies.clear();
  }

  /** @throws BusError RPC_TIMEOUT when there is no reply by the deadline. */
  async reply(routingKey: string, request: TestMessage, deadlineEpochMs: number): Promise<Reply> {
    const late = (): Error => new BusError('RPC_TIMEOUT', 'the stub did not reply in time');
    const timeoutMs = Math.max(0, deadlineEpochMs - Date.now());
    try {
      const value = await within(late, answer(this.#replies.get(routingKey), request), { timeoutMs });
      if (value instanceof RequestError) return errorReply(value);
      return { body: Buffer.from(JSON.stringify(value ?? null)), status: undefined, kind: 'value' };
    } catch (error) {
      if (error instanceof RequestError) return errorReply(error);
      throw error;
    }
  }
}

async function answer(reply: StubReply, request: TestMessage): Promise<unknown> {
  if (typeof reply !== 'function') return reply;
  return await (reply as (request: TestMessage) => unknown)(request);
}

function errorReply(error: RequestError): Reply {
  const { reply: body, status } = errorAnswer(error);
  return { body, status, kind: 'error' };
}
