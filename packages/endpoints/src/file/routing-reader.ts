import { isOwn } from '../deliveries/deliveries.ts';
import { type CallPath } from '../model/call-path.ts';
import { callPathFault } from '../model/call-path-check.ts';
import { rulesAt } from '../model/enum-at.ts';
import type { Source, Worker } from '../model/model.ts';
import { nameFault } from '../model/names.ts';
import { valueQueue } from '../model/worker-queues.ts';
import type { Routing, RoutingKey } from '../model/routing.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

/** The most queues that a routing key may lead to. */
const maxValues = 64;

/** Adds the values of their routing keys to the sources of a section. */
export function withRoutingKeys<Each extends Source>(
  sources: readonly Each[],
  section: string,
  report: Report,
): readonly Each[] {
  return sources.map((source) => {
    const { routingKey, kind } = source.delivery;
    if (!routingKey) return source;
    const place = extendPointer(`/${section}`, source.key, kind, 'routingKey');
    const read = readRoutingKey(routingKey, source);
    if (typeof read !== 'string') return { ...source, routing: { key: read, orders: [] } };
    report.atValue(place, read);
    return source;
  });
}

/** Adds the orders of their workers to the sources of a section. */
export function withOrders<Each extends Source>(
  sources: readonly Each[],
  workers: readonly Worker[],
): readonly Each[] {
  return sources.map((source) => {
    const orders = ordersOf(source, workers);
    if (orders.length === 0) return source;
    return { ...source, routing: { ...source.routing, orders } };
  });
}

/** Workers that share a queue have one order. */
function ordersOf({ key }: Source, workers: readonly Worker[]): Routing['orders'] {
  const ordered = workers.flatMap(({ on, queue, order }) =>
    on === key && order ? [[queue, { queue, ...order }] as const] : [],
  );
  return [...new Map(ordered).values()];
}

/** Reads the values of a routing key, or describes the mistake. */
function readRoutingKey(path: CallPath, source: Source): RoutingKey | string {
  if (!isOwn(source)) return '`routingKey` only fits a source whose messages stay in this system';
  const fault = callPathFault(path, source);
  if (fault !== undefined) return fault;
  const { isPresent, values } = rulesAt(path, source);
  if (!values) return `\`${path.text}\` needs an \`enum\`: each of its values has a queue`;
  if (!isPresent)
    return `\`${path.text}\` must be \`required\`, or have a \`default\`: it decides on the queue`;
  if (values.length === 0 || values.length > maxValues)
    return `\`${path.text}\` must have 1 to ${maxValues} values, not ${values.length}: each has a queue`;
  const odd = values.find((value) => !['string', 'number', 'boolean'].includes(typeof value));
  if (odd !== undefined)
    return `\`${path.text}\` may be ${JSON.stringify(odd)}; only strings, numbers and booleans can be routing keys`;
  const texts = values.map(String);
  const repeated = texts.find((text, i) => texts.indexOf(text) !== i);
  if (repeated !== undefined) return `two values of \`${path.text}\` have the text \`${repeated}\``;
  const unusable = texts.map((text) => valueFault(text, source)).find((each) => each !== undefined);
  return unusable ?? { path, values: texts };
}

function valueFault(text: string, { exchange }: Source): string | undefined {
  const fault =
    nameFault(text) ??
    (/[@#]/.test(text)
      ? 'must not contain `@` or `#`, which are reserved for parts of a queue'
      : undefined) ??
    (text.endsWith('.dead') ? 'must not end with `.dead`, which is reserved for dead letters' : undefined) ??
    nameFault(valueQueue(exchange, text));
  return fault && `the value \`${text}\`, which becomes part of a queue's name, ${fault}`;
}
