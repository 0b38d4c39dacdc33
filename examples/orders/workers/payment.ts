import { defineHandler, Reject } from 'restmapper/worker';

interface Payment {
  readonly order: string;
}

/** Marks an order as paid; a payment for an order that does not exist becomes a dead letter. */
export default defineHandler<Payment>(async ({ data }, { db, log }) => {
  const [order] = await db.query<{ status: string }>('SELECT status FROM current_order WHERE number = $1', [
    data.order,
  ]);
  if (!order) throw new Reject(`there is no order ${data.order}`);
  if (order.status === 'paid') return log.info({ order: data.order }, 'already paid');
  // If a caller changes the order meanwhile, the key is violated, and the payment is retried.
  await db.query(
    `INSERT INTO order_version (number, version, customer, item, count, status)
     SELECT number, version + 1, customer, item, count, 'paid' FROM current_order WHERE number = $1`,
    [data.order],
  );
});
