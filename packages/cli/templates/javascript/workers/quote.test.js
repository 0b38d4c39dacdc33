import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCall, createContext } from 'restmapper/testing';
import quote from './quote.js';

/**
 * @param {string} article
 * @param {number} count
 */
async function quoteFor(article, count) {
  return quote.handle(createCall({ data: { article, count } }), createContext());
}

test('an order costs the price of its articles', async () => {
  assert.deepEqual(await quoteFor('tea', 3), { cents: 1350 });
});

test('an unknown article is answered 404', async () => {
  await assert.rejects(quoteFor('gold', 1), { status: 404, code: 'NO_SUCH_ARTICLE' });
});
