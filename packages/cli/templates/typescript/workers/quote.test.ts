import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCall, createContext } from 'restmapper/testing';
import quote from './quote.ts';

/** Calls the handler, with these rows for its statement. */
async function quoteFor(article: string, rows: readonly { readonly cents: number }[]): Promise<unknown> {
  const context = createContext({ db: { query: async () => rows } });
  return quote.handle(createCall({ data: { article, count: 3 } }), context);
}

test('an order costs the price of its articles', async () => {
  assert.deepEqual(await quoteFor('tea', [{ cents: 450 }]), { cents: 1350 });
});

test('an unknown article is answered 404', async () => {
  await assert.rejects(quoteFor('gold', []), { status: 404, code: 'NO_SUCH_ARTICLE' });
});
