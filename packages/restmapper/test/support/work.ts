import type { Bus, Delivery, Outcome } from '@restmapper/bus';

/** Consumes a queue until the bus is closed; returns the deliveries so far. */
export async function work(
  bus: Bus,
  queue: string,
  answer: (delivery: Delivery) => Outcome | Promise<Outcome> = () => ({ kind: 'ack' }),
): Promise<readonly Delivery[]> {
  const deliveries: Delivery[] = [];
  const subscription = bus.consume(
    queue,
    async (batch) => {
      deliveries.push(...batch);
      return Promise.all(batch.map(async (delivery) => answer(delivery)));
    },
    { concurrency: 10 },
  );
  await subscription.ready;
  return deliveries;
}

/** The outcome that replies with a text. */
export function reply(text: string | Buffer, status?: number): Outcome {
  return { kind: 'reply', body: Buffer.from(text), ...(status === undefined ? {} : { status }) };
}
