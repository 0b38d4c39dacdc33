import { expect } from 'chai';
import { defineHandler } from '../../src/work/handler.ts';

interface Sources {
  'GET /orders/{id}': {
    body: null;
    query: { limit?: number };
    args: { limit: number };
    params: { id: number };
    reply: { item: string };
  };
  'prices.of': {
    body: { item: string };
    query: null;
    args: null;
    params: Record<string, never>;
    reply: { price: number };
  };
  'order.changed': {
    body: { id: number };
    query: null;
    args: null;
    params: Record<string, never>;
    reply: Record<string, never>;
  };
}

describe('the types of a handler', () => {
  it('are those of its source, of what it asks and publishes, and of its options', () => {
    const handler = defineHandler<Sources['GET /orders/{id}'], Sources, { zone: string }>(
      async ({ params, args }, { request, publish, options }) => {
        const { price } = await request('prices.of', { data: { item: options.zone } });
        await request('GET /orders/{id}', { params: { id: 1 } });
        await publish('order.changed', { data: { id: params.id + args.limit } });
        // @ts-expect-error: it is not one of the sources
        await request('prices.off', { data: { item: 'a' } });
        // @ts-expect-error: the body needs an item
        await request('prices.of', { data: {} });
        // @ts-expect-error: the body is missing
        await publish('order.changed', {});
        return { item: price.toFixed(2) };
      },
    );

    expect(handler.handle).to.be.a('function');
  });

  it('are unknown without the types of the file', () => {
    const handler = defineHandler<{ n: number }>(async ({ data }, { request, options, message }) => {
      const reply: unknown = await request('anything', { data });
      const zone: unknown = options['zone'];
      return { reply, zone, id: message.id };
    });

    expect(handler.handle).to.be.a('function');
  });
});
