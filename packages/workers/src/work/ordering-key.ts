import { decodeEnvelope, type Delivery } from '@restmapper/bus';
import { type Order, orderingKeyOf, valueAt } from '@restmapper/endpoints';

/** Creates the function that reads the ordering key of a delivery; `''` if the delivery has none. */
export function createOrderingKey({ path }: Pick<Order, 'path'>): (delivery: Delivery) => string {
  return ({ body }) => {
    try {
      return orderingKeyOf(valueAt(path, { ...decodeEnvelope(body) })) ?? '';
    } catch {
      // Its handler rejects a message that is not an envelope.
      return '';
    }
  };
}
