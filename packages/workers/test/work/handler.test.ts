import { expect } from 'chai';
import { defineHandler, isDefinedHandler } from '../../src/work/handler.ts';
import { reply } from '../../src/work/reply.ts';

describe('defineHandler', () => {
  it('types the call according to the endpoint', () => {
    const handler = defineHandler<{ a: number }, { limit: number }, { id: string }>(
      async ({ data, args, params }, { db }) => {
        // @ts-expect-error -- a is a number
        data.a satisfies string;
        // @ts-expect-error -- there is no offset
        expect(args.offset).to.equal(undefined);
        const rows = await db.query<{ n: number }>('SELECT $1::int AS n', [data.a, params.id]);
        return rows.map(({ n }) => n + args.limit);
      },
    );

    expect(isDefinedHandler(handler)).to.equal(true);
  });

  it('leaves the call untyped when no types are passed', () => {
    const handler = defineHandler(async ({ data }) => {
      // @ts-expect-error -- unknown until it is checked
      return data.a;
    });

    expect(isDefinedHandler(handler)).to.equal(true);
  });

  it("checks the reply against the endpoint's type", () => {
    interface Order {
      body: null;
      args: { full: boolean };
      params: { id: number };
      reply: { id: number; item?: string };
    }
    type Event = Order & { reply: Record<string, never> };

    const handlers = [
      defineHandler<Order>(async ({ params, args }) => ({
        id: params.id,
        ...(args.full && { item: 'tea' }),
      })),
      defineHandler<Order>(async ({ params }) => reply({ id: params.id }, { status: 201 })),
      defineHandler<Order>(async ({ params }) =>
        params.id === 0 ? reply(null, { status: 204 }) : { id: params.id },
      ),
      // @ts-expect-error -- the id is a number
      defineHandler<Order>(async ({ params }) => reply({ id: String(params.id) })),
      // @ts-expect-error -- the id is a number
      defineHandler<Order>(async ({ params }) => ({ id: String(params.id) })),
      // @ts-expect-error -- there is no reply
      defineHandler<Order>(async () => {}),
      defineHandler<Event>(async () => {}),
      defineHandler<null, unknown, { id: number }, { id: number }>(async ({ params }) => ({ id: params.id })),
      // @ts-expect-error -- the id is missing
      defineHandler<null, unknown, { id: number }, { id: number }>(async () => ({})),
    ];

    expect(handlers.every(isDefinedHandler)).to.equal(true);
  });

  it('returns a value that no other is mistaken for', () => {
    for (const value of [undefined, null, 1, {}, async () => 1, { handle: async () => 1 }]) {
      expect(isDefinedHandler(value)).to.equal(false);
    }
  });
});
