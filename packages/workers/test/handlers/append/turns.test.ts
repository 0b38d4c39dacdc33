import { expect } from 'chai';
import { Turns } from '../../../src/handlers/append/turns.ts';

function createDeferred() {
  let settle = { resolve: (): void => {}, reject: (_error: Error): void => {} };
  const promise = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}

async function turnOfTheLoop(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('Turns', () => {
  it('makes nothing wait while nothing fails', async () => {
    const turns = new Turns();
    const never = createDeferred();
    void turns.take((inTurn) => inTurn(() => never.promise));

    expect(await turns.take((inTurn) => inTurn(async () => 2))).to.equal(2);
  });

  it('makes later work wait until failed work is done, in order', async () => {
    const turns = new Turns();
    const tried: string[] = [];
    const losses = { a: createDeferred(), b: createDeferred() };
    const again = createDeferred();
    const work = (name: 'a' | 'b') => (inTurn: <T>(attempt: () => Promise<T>) => Promise<T>) =>
      inTurn(() => losses[name].promise).catch(() =>
        inTurn(async () => {
          tried.push(name);
          if (name === 'a') await again.promise;
        }),
      );
    const first = turns.take(work('a'));
    const second = turns.take(work('b'));

    losses.a.reject(new Error('lost'));
    losses.b.reject(new Error('lost'));
    await turnOfTheLoop();
    const third = turns.take((inTurn) => inTurn(async () => void tried.push('c')));
    await turnOfTheLoop();
    const early = [...tried];
    again.resolve();
    await Promise.all([first, second, third]);

    expect(early).to.deep.equal(['a']);
    expect(tried).to.deep.equal(['a', 'b', 'c']);
  });

  it('makes nothing wait for abandoned work', async () => {
    const turns = new Turns();
    const failed = turns.take((inTurn) => inTurn(() => Promise.reject(new Error('lost'))));

    expect(await failed.catch(String)).to.equal('Error: lost');
    expect(await turns.take((inTurn) => inTurn(async () => 2))).to.equal(2);
  });
});
