import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Reply } from '../contract/message.ts';
import type { IncomingReply, ReceiveReply } from '../dispatch/incoming-reply.ts';

/** The number of replies that wait for their reader. */
const windowSize = 16;

/** Where the replies to one request arrive; their sender waits while it is full. */
export class ReplyInbox {
  readonly #receive: ReceiveReply;
  readonly #waiting: (() => void)[] = [];
  #held = 0;
  #isClosed = false;

  constructor(receive: ReceiveReply) {
    this.#receive = receive;
  }

  /** Takes the only reply of a worker that sends one. */
  take(reply: Reply): void {
    this.#receive({ reply, seq: undefined, hasMore: false, replyId: undefined }, () => {});
  }

  /** Takes one of several; resolves when there is room for the next: `false` if the caller has left. */
  async send(incoming: IncomingReply): Promise<boolean> {
    this.#held += 1;
    this.#receive(incoming, () => this.#release());
    if (this.#held < windowSize || this.#isClosed) await nextTurn();
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return !this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  #release(): void {
    this.#held -= 1;
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
