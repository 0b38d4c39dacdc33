import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCall, createContext } from 'restmapper/testing';
import quote from './quote.js';

/**
 * Calls the handler, with these rows for its statement.
 *
 * @param {string} article
 * @param {readonly { cents: number }[]} rows
 */
async function quoteFor(article, rows) {
  const context = createContext({ db: { query: async () => rows } });
  return quote.handle(createCall({ data: { article, count: 3 } }), context);
}

test('an order costs the price of its articles', async () => {
  assert.deepEqual(await quoteFor('tea', [{ cents: 450 }]), { cents: 1350 });
});

test('an unknown article is answered 404', async () => {
  await assert.rejects(quoteFor('gold', []), { status: 404, code: 'NO_SUCH_ARTICLE' });
});
