import { type Bus, BusError } from '@restmapper/bus';
import { pause } from '@restmapper/core';
import {
  type Arrivals,
  findLetterQueues,
  letterQueuesOf,
  NewDeadLetters,
  viewLetter,
} from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { withBus } from '../command/open-bus.ts';
import type { TailPrinter } from './tail-printer.ts';

export interface DeadLettersCall extends FileCall {
  readonly what?: string;
  readonly last?: number;
}

interface Following {
  readonly printer: TailPrinter;
  readonly signal: AbortSignal;
}

const pollMs = 2_000;
/** Reading takes at most a tenth of the time. */
const restFactor = 9;
/** Every this many polls, queues of unchanged length are read too. */
const thoroughEvery = 15;

/** Prints the dead letters that arrive from now on, and the last ones before. @throws ConfigError, BusError */
export function tailDeadLetters(call: DeadLettersCall, following: Following): Promise<number> {
  return withBus(call, async (bus, model) => {
    const queues =
      call.what === undefined ? letterQueuesOf(model) : findLetterQueues(model, call.what).queues;
    const arrivals = new NewDeadLetters({ bus, queues });
    const { letters, ...rest } = await arrivals.poll();
    const last = call.last === undefined ? [] : letters.slice(-call.last);
    await show({ ...rest, omitted: 0, letters: last }, following);
    following.printer.notice('following from now on');
    await follow(arrivals, bus, following);
    return 0;
  });
}

async function follow(arrivals: NewDeadLetters, bus: Bus, following: Following): Promise<void> {
  const { printer, signal } = following;
  let isLost = false;
  let restMs = pollMs;
  for (let poll = 1; ; poll += 1) {
    await pause(restMs, signal);
    if (signal.aborted) return;
    const startMs = performance.now();
    try {
      await show(await arrivals.poll({ isThorough: poll % thoroughEvery === 0 }), following);
      if (isLost) printer.notice('the broker is back');
      isLost = false;
    } catch (error) {
      if (!(error instanceof BusError)) throw error;
      if (!isLost) printer.notice(`the dead letters cannot be read: ${bus.status.reason || error.message}`);
      isLost = true;
    }
    restMs = Math.max(pollMs, restFactor * (performance.now() - startMs));
  }
}

async function show({ letters, omitted, skipped }: Arrivals, { printer, signal }: Following): Promise<void> {
  for (const letter of letters) {
    if (signal.aborted) return;
    await printer.print(JSON.stringify(viewLetter(letter)));
  }
  if (omitted > 0)
    printer.notice(`gap: ${omitted} more arrived at once; \`restmapper dlq show\` prints them`);
  for (const queue of skipped) {
    printer.notice(`${queue} has too many dead letters to be followed; see \`restmapper dlq show\``);
  }
}
