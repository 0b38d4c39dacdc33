import { BusError, type Reply } from '@restmapper/bus';
import { RequestError, within } from '@restmapper/core';
import type { ReplyForm } from '@restmapper/endpoints';
import { encodeReply, errorAnswer } from '@restmapper/workers';
import type { StubReply, TestMessage } from './test-system.ts';

/** What stands in for the worker of a source. */
export interface SourceStub {
  /** What its replies may be. */
  readonly form: ReplyForm;
  readonly reply: StubReply;
}

/** The stubs of a test system, by the name of their exchange or foreign queue. */
export class Stubs {
  readonly #stubs = new Map<string, SourceStub>();

  set(place: string, stub: SourceStub): void {
    this.#stubs.set(place, stub);
  }

  has(place: string): boolean {
    return this.#stubs.has(place);
  }

  clear(): void {
    this.#stubs.clear();
  }

  /** @throws BusError RPC_TIMEOUT when there is no reply by the deadline, NO_WORKER without a stub. */
  async reply(place: string, request: TestMessage, deadlineEpochMs: number): Promise<Reply> {
    const stub = this.#stubs.get(place);
    if (!stub) throw new BusError('NO_WORKER', `${place} has no stub`);
    const late = (): Error => new BusError('RPC_TIMEOUT', 'the stub did not reply in time');
    const timeoutMs = Math.max(0, deadlineEpochMs - Date.now());
    try {
      const value = await within(late, answer(stub.reply, request), { timeoutMs });
      if (value instanceof RequestError) return errorReply(value);
      const { reply: body, status, contentType, headers } = encodeReply(value, stub.form);
      return { body, status, kind: 'value', contentType, ...(headers && { httpHeaders: headers }) };
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
