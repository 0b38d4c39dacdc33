/**
 * Where the time of a call went, measured by the clock of the gateway, except for the worker's own part.
 *
 * ```
 * publish;dur=0.8, worker;dur=3.1, queue;desc="queue, reply";dur=1.2
 * ```
 * Clocks of machines differ, so the ways to the worker and back are known only together, as the rest.
 * @see https://www.w3.org/TR/server-timing/
 */
export class CallTiming {
  readonly #startMs = performance.now();
  #confirmedMs: number | undefined;

  /** The broker has the message. */
  confirm(): void {
    this.#confirmedMs = performance.now() - this.#startMs;
  }

  /** The value of the header for a call without a reply; `undefined` if nothing is known. */
  format(): string | undefined {
    return this.#confirmedMs === undefined ? undefined : metric('publish', this.#confirmedMs);
  }

  /** The value of the header when the reply has just arrived. */
  formatReplied(workerMs: number | undefined): string {
    const publish = this.format();
    const rest = performance.now() - this.#startMs - (this.#confirmedMs ?? 0) - (workerMs ?? 0);
    const parts = [
      ...(publish === undefined ? ['publish'] : []),
      'queue',
      ...(workerMs === undefined ? ['worker'] : []),
      'reply',
    ];
    return [
      ...(publish === undefined ? [] : [publish]),
      ...(workerMs === undefined ? [] : [metric('worker', workerMs)]),
      // The worker may begin before the confirm arrives.
      metric('queue', Math.max(0, rest), parts.join(', ')),
    ].join(', ');
  }
}

function metric(name: string, ms: number, description?: string): string {
  const desc = description === undefined ? '' : `;desc="${description}"`;
  return `${name}${desc};dur=${ms.toFixed(1)}`;
}
