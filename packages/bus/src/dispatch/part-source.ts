import { asError, within } from '@restmapper/core';
import { maxPartBytes, type PartialReply } from '../contract/message.ts';

export interface PartSourceOptions {
  readonly signal: AbortSignal;
  readonly limits: () => { readonly firstMs: number; readonly idleMs: number };
}

/** The replies that a handler produces, each within its time. */
export class PartSource {
  readonly #options: PartSourceOptions;
  readonly #create: () => AsyncIterable<PartialReply>;
  #iterator: AsyncIterator<PartialReply> | undefined;
  #hasBegun = false;
  #hasEnded = false;

  constructor(create: () => AsyncIterable<PartialReply>, options: PartSourceOptions) {
    this.#create = create;
    this.#options = options;
  }

  /** @throws what the iterator throws, the signal's reason, or Error if it takes too long or the reply is too long. */
  async next(): Promise<PartialReply | undefined> {
    const { signal, limits } = this.#options;
    signal.throwIfAborted();
    const { firstMs, idleMs } = limits();
    this.#iterator ??= this.#create()[Symbol.asyncIterator]();
    const iterator = this.#iterator;
    const pending = Promise.resolve(iterator.next()).catch((error: unknown) => {
      this.#hasEnded = true;
      throw asError(error);
    });
    const timeoutMs = this.#hasBegun ? idleMs : firstMs;
    const result = await within('producing a reply', pending, { timeoutMs, signal });
    this.#hasBegun = true;
    if (result.done) {
      this.#hasEnded = true;
      return undefined;
    }
    const { length } = result.value.body;
    if (length > maxPartBytes) throw new Error(`a reply has ${length} bytes, more than ${maxPartBytes}`);
    return result.value;
  }

  /** Lets the iterator stop, unless it has ended. */
  close(): void {
    if (this.#hasEnded || !this.#iterator?.return) return;
    // A generator stops when its current step does, which may be never.
    void Promise.resolve(this.#iterator.return()).catch(() => {});
  }
}
