import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HandlerContext } from 'restmapper/worker';
import quote from './quote.ts';

/** The handler uses nothing of its context. */
const context = {} as HandlerContext;

async function quoteFor(article: string, count: number): Promise<unknown> {
  return quote.handle({ data: { article, count }, args: null, params: {}, identity: null }, context);
}

test('an order costs the price of its articles', async () => {
  assert.deepEqual(await quoteFor('tea', 3), { cents: 1350 });
});

test('an unknown article is answered 404', async () => {
  await assert.rejects(quoteFor('gold', 1), { status: 404, code: 'NO_SUCH_ARTICLE' });
});
