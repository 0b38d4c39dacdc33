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

  it('are those of the plugins in each group', () => {
    interface Check {
      readonly run: (target: string) => boolean;
    }
    interface Groups {
      readonly checks: Check;
    }
    const handler = defineHandler<Sources['prices.of'], Sources, unknown, Groups>(
      async ({ data }, { plugins, publish }) => {
        const isUp: boolean | undefined = plugins.checks.get(data.item)?.run('a');
        // @ts-expect-error: the file has no such group
        const backends: unknown = plugins.backends;
        await publish('order.changed', { data: { id: 1 } });
        return { price: isUp && backends === undefined ? 1 : 0 };
      },
    );
    const untyped = defineHandler(async (_call, { plugins }) => {
      const check: unknown = plugins['checks']?.get('tcp');
      return check;
    });

    expect([handler, untyped].map(({ handle }) => typeof handle)).to.deep.equal(['function', 'function']);
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
