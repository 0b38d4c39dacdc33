import { defineHandler, reply, RequestError } from 'restmapper/worker';

interface Order {
  readonly number: string;
  readonly version: number;
  readonly customer: string;
  readonly item: string;
  readonly count: number;
  readonly status: string;
}

interface Params {
  readonly number: string;
}

/** One order, with its version as the ETag, by which the gateway answers 304. */
export default defineHandler<null, object, Params>(async ({ params: { number } }, { db }) => {
  const [order] = await db.query<Order>(
    'SELECT number, version, customer, item, count, status FROM current_order WHERE number = $1',
    [number],
  );
  if (!order) throw new RequestError(404, 'NO_SUCH_ORDER', { detail: `there is no order ${number}` });
  return reply(order, { headers: { etag: `"${order.version}"` } });
});
