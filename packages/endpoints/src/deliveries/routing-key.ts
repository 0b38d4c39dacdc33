import { parseCallPath } from '../model/call-path.ts';
import type { JsonObject } from '../model/json.ts';
import type { EndpointDelivery } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { DeliveryPlace, RawDelivery } from './delivery-spec.ts';

/** The schema of `routingKey`, of kinds of endpoints with workers in the file. */
export const routingKeySchema: JsonObject = {
  title: 'Routing key',
  description:
    'A value of the call whose schema is an `enum` of at most 64: each worker then has a queue for each value, `<queue>@<value>`, of which it can take some by `only`. Absent: one queue.',
  type: 'string',
  errorMessage: 'must name a value of the call, such as `data.region`',
  examples: ['data.region', 'params.region'],
};

/** Reads `routingKey`. */
export function readRoutingKey(
  raw: RawDelivery,
  { pointer, report }: DeliveryPlace,
): Pick<EndpointDelivery, 'routingKey'> {
  if (raw === true || raw.routingKey === undefined) return {};
  const path = parseCallPath(raw.routingKey);
  if (typeof path !== 'string') return { routingKey: path };
  report.atValue(extendPointer(pointer, 'routingKey'), path);
  return {};
}
