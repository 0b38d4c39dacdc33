import type { Topology } from '@restmapper/core';
import type { Refusals } from './declare.ts';
import { replyExchange, requestBindings } from './topology-plan.ts';

/**
 * The exchanges that cannot be published to, with the reasons: refused ones, and those that may route a
 * message to a refused exchange or queue, directly or through other exchanges.
 */
export function refusedExchanges(
  topology: Topology,
  refused: Pick<Refusals, 'exchanges' | 'queues'>,
): ReadonlyMap<string, string> {
  const { exchanges, bindings, exchangeBindings = [] } = topology;
  const reasons = new Map(refused.exchanges);
  const requests = new Set(requestBindings(topology));
  for (const binding of bindings) {
    const { exchange, queue } = binding;
    const replies = requests.has(binding) ? refused.exchanges.get(replyExchange) : undefined;
    const reason = refused.exchanges.get(exchange) ?? refused.queues.get(queue) ?? replies;
    if (reason !== undefined) reasons.set(exchange, reason);
  }
  const ways = [
    ...exchangeBindings.map(({ source, destination }) => [source, destination] as const),
    ...exchanges.flatMap(({ name, alternateExchange: other }) => (other ? [[name, other] as const] : [])),
  ];
  // Each round reaches the exchanges one step further away.
  for (let before = -1; before < reasons.size; ) {
    before = reasons.size;
    for (const [source, destination] of ways) {
      const reason = reasons.get(destination);
      if (reason !== undefined && !reasons.has(source)) reasons.set(source, reason);
    }
  }
  return reasons;
}
