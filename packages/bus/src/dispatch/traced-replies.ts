import type { Reply } from '../contract/message.ts';
import type { SendSpan } from './send-span.ts';

/** Sends a request with a span, if there is one, and iterates over its replies. */
export type RequestReplies = (span: SendSpan | undefined) => AsyncIterable<Reply>;

/** Several replies to a request whose span lasts from the beginning of the iteration to its end. */
export class TracedReplies implements AsyncIterableIterator<Reply> {
  readonly #start: () => SendSpan | undefined;
  readonly #request: RequestReplies;
  #span: SendSpan | undefined;
  #replies: AsyncIterator<Reply> | undefined;

  constructor(start: () => SendSpan | undefined, request: RequestReplies) {
    this.#start = start;
    this.#request = request;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Reply, undefined>> {
    try {
      const result = await this.#open().next();
      if (result.done) this.#end();
      else this.#span?.note(result.value);
      return result;
    } catch (error) {
      this.#span?.fail(error);
      this.#end();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Reply, undefined>> {
    await this.#replies?.return?.();
    this.#end();
    return { done: true, value: undefined };
  }

  #open(): AsyncIterator<Reply> {
    if (this.#replies) return this.#replies;
    this.#span = this.#start();
    this.#replies = this.#request(this.#span)[Symbol.asyncIterator]();
    return this.#replies;
  }

  #end(): void {
    this.#span?.end();
    this.#span = undefined;
  }
}
