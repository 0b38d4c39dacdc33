import { formatSummaries, letterQueuesOf, summarizeDeadLetters } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';
import { withBus } from '../command/open-bus.ts';

export interface ListCall extends FileCall {
  readonly json?: true;
}

/** Lists the queues with dead letters, with numbers and reasons. */
export function run(call: ListCall): Promise<number> {
  const { terminal, json } = call;
  return withBus(call, async (bus, model) => {
    const queues = letterQueuesOf(model);
    const summaries = await summarizeDeadLetters(bus, queues);
    if (json) terminal.print(`${JSON.stringify(summaries)}\n`);
    else terminal.print(formatSummaries(summaries, queues) || 'no dead letters\n');
    return 0;
  });
}
