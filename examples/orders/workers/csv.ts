import { defineHandler, reply } from 'restmapper/worker';

interface Order {
  readonly number: string;
  readonly customer: string;
  readonly item: string;
  readonly count: number;
  readonly status: string;
}

/** All orders as CSV, following RFC 4180. */
export default defineHandler(async (_call, { db }) => {
  const orders = await db.query<Order>(
    'SELECT number, customer, item, count, status FROM current_order ORDER BY number',
  );
  const lines = orders.map(({ number, customer, item, count, status }) =>
    [number, quote(customer), quote(item), count, status].join(','),
  );
  const csv = ['number,customer,item,count,status', ...lines, ''].join('\r\n');
  return reply(csv, {
    type: 'text/csv',
    headers: { 'content-disposition': 'attachment; filename="orders.csv"' },
  });
});

function quote(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
