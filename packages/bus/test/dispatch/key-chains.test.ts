import { expect } from 'chai';
import { array, assert, constantFrom, nat, property, record } from 'fast-check';
import { KeyChains, type Startable } from '../../src/dispatch/key-chains.ts';

function takeAll(chains: KeyChains<string>): readonly string[] {
  const taken: string[] = [];
  for (let next = chains.take(); next; next = chains.take()) taken.push(next.item);
  return taken;
}

describe('chains of keys', () => {
  it('let the keys take turns', () => {
    const chains = new KeyChains<string>();
    for (const item of ['a1', 'a2', 'a3', 'b1']) chains.add(item.charAt(0), item);

    const order: string[] = [];
    for (let next = chains.take(); next; next = chains.take()) {
      order.push(next.item);
      chains.finish(next.key);
    }

    expect(order).to.deep.equal(['a1', 'b1', 'a2', 'a3']);
  });

  it('keep the others of a key waiting while one is held', () => {
    const chains = new KeyChains<string>();
    for (const item of ['a1', 'a2', 'b1']) chains.add(item.charAt(0), item);
    const first = chains.take() as Startable<string>;

    chains.hold({ ...first, item: 'a1 again' });
    const meanwhile = takeAll(chains);
    chains.release('a');

    expect(meanwhile).to.deep.equal(['b1']);
    expect(takeAll(chains)).to.deep.equal(['a1 again']);
  });

  it('forget what waits or is held, and keep busy keys busy', () => {
    const chains = new KeyChains<string>();
    for (const item of ['a1', 'a2', 'b1', 'b2']) chains.add(item.charAt(0), item);
    chains.take();
    chains.hold(chains.take() as Startable<string>);

    const dropped = chains.clear();
    chains.add('a', 'a3');
    chains.add('b', 'b3');

    expect(dropped).to.deep.equal(['a2', 'b1', 'b2']);
    expect(takeAll(chains)).to.deep.equal(['b3']);
    chains.finish('a');
    expect(takeAll(chains)).to.deep.equal(['a3']);
  });

  it('start the items of each key in order, one at a time, whatever else happens', () => {
    const steps = array(
      record({ kind: constantFrom('add', 'add', 'take', 'finish', 'hold', 'release'), n: nat(3) }),
      { maxLength: 200 },
    );
    assert(
      property(steps, (all) => {
        const chains = new KeyChains<number>();
        const busy = new Map<string, Startable<number>>();
        const held = new Set<string>();
        const added = new Map<string, number>();
        const done = new Map<string, number>();
        for (const { kind, n } of all) {
          const key = `k${n}`;
          if (kind === 'add') {
            added.set(key, (added.get(key) ?? 0) + 1);
            chains.add(key, added.get(key) ?? 0);
          } else if (kind === 'take') {
            const next = chains.take();
            if (!next) continue;
            expect(busy.has(next.key) || held.has(next.key)).to.equal(false);
            expect(next.item).to.equal((done.get(next.key) ?? 0) + 1);
            busy.set(next.key, next);
          } else if (kind === 'release') {
            if (held.delete(key)) chains.release(key);
          } else {
            const running = busy.get(key);
            if (!running) continue;
            busy.delete(key);
            if (kind === 'finish') {
              done.set(key, running.item);
              chains.finish(key);
            } else {
              held.add(key);
              chains.hold(running);
            }
          }
        }
        const waiting = [...added].filter(
          ([key, count]) => !busy.has(key) && !held.has(key) && count > (done.get(key) ?? 0),
        );
        expect(chains.startable).to.equal(waiting.length);
      }),
    );
  });
});
