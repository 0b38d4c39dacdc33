import { isOwn } from '../deliveries/deliveries.ts';
import type { Model } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { type OwnNames, ownReplyExchange } from './own-names.ts';

/** Reports what does not fit an exchange of another application through which replies come. */
export function checkReplyExchanges(model: Model, taken: OwnNames, report: Report): void {
  const known = new Map<string, string | undefined>();
  for (const { key, delivery } of model.endpoints) {
    const { foreign } = delivery;
    if (foreign?.kind !== 'queue') continue;
    const { queue, replyExchange } = foreign;
    const place = extendPointer('/endpoints', key, 'rpc');
    const before = known.has(queue) ? known.get(queue) : replyExchange;
    known.set(queue, before);
    if (replyExchange !== before) {
      const message = `the replies from the queue \`${queue}\` come through ${titleOf(before)} at another endpoint`;
      report.atKey(place, message);
    }
    const fault = replyExchange === undefined ? undefined : nameFault(replyExchange, { model, taken });
    if (fault !== undefined) report.atValue(extendPointer(place, 'replyExchange'), fault);
  }
}

/** An application may have an exchange `RPC` too, but only one of the two can be in a virtual host. */
function nameFault(
  name: string,
  { model, taken }: { readonly model: Model; readonly taken: OwnNames },
): string | undefined {
  if (name !== ownReplyExchange) {
    if (!taken.exchange.has(name) && !name.startsWith('retry:')) return undefined;
    return `the exchange \`${name}\` belongs to this system, not to another application`;
  }
  const own = sourcesOf(model).find((source) => isOwn(source) && source.delivery.kind === 'rpc');
  return (
    own && `the workers of \`${own.key}\` reply through \`${name}\` too; put either into a file of its own`
  );
}

function titleOf(exchange: string | undefined): string {
  return exchange === undefined ? 'the default exchange' : `\`${exchange}\``;
}
