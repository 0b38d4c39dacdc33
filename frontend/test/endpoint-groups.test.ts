import { expect } from 'chai';
import { groupEndpoints } from '../src/lib/endpoint-groups.ts';
import { readApiDocument } from '../src/lib/open-api.ts';

const { operations } = readApiDocument({
  paths: {
    '/orders/': {
      post: { summary: 'Place an order' },
      get: { summary: 'Orders, newest first', deprecated: true },
    },
    '/orders/{id}': { delete: {} },
    '/quotes/': { post: {} },
  },
});

function keysOf(filter: string): readonly (readonly string[])[] {
  return groupEndpoints(operations, filter).map(({ path, operations }) => [
    path,
    ...operations.map(({ method }) => method),
  ]);
}

describe('the groups of endpoints', () => {
  it('are the paths, in the order of the file', () => {
    expect(keysOf(' ')).to.deep.equal([
      ['/orders/', 'POST', 'GET'],
      ['/orders/{id}', 'DELETE'],
      ['/quotes/', 'POST'],
    ]);
  });

  it('match every word, in any case, in method, path or summary', () => {
    expect([keysOf('post ORDER'), keysOf('newest'), keysOf('nothing')]).to.deep.equal([
      [['/orders/', 'POST']],
      [['/orders/', 'GET']],
      [],
    ]);
  });

  it('know what is deprecated', () => {
    expect(operations.map(({ deprecated }) => deprecated)).to.deep.equal([false, true, false, false]);
  });
});
