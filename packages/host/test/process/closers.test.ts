import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { Closers } from '../../src/process/closers.ts';

describe('closers', () => {
  it('close in reverse order of opening, and the last ones at the end', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('first', 'a', (name) => closed.push(name));
    closers.add('second', 'b', (name) => closed.push(name));
    closers.addLast('third', 'c', (name) => closed.push(name));

    const clean = await closers.closeAll({ timeoutMs: 1_000, log: silentLog });

    expect(closed).to.deep.equal(['b', 'a', 'c']);
    expect(clean).to.equal(true);
  });

  it('close the others when one fails, and report it', async () => {
    const closed: string[] = [];
    const logged: object[] = [];
    const closers = new Closers();
    closers.add('healthy', 'a', (name) => closed.push(name));
    closers.add('broken', 'b', () => Promise.reject(new Error('stuck')));

    const clean = await closers.closeAll({
      timeoutMs: 1_000,
      log: { ...silentLog, error: (fields) => logged.push(fields) },
    });

    expect(closed).to.deep.equal(['a']);
    expect(clean).to.equal(false);
    expect(logged).to.have.length(1);
    expect(logged[0]).to.include({ what: 'broken' });
  });

  it('do not wait longer than allowed for one that never closes', async () => {
    const closed: string[] = [];
    const closers = new Closers();
    closers.add('healthy', 'a', (name) => closed.push(name));
    closers.add('endless', 'b', () => new Promise(() => {}));

    const start = performance.now();
    const clean = await closers.closeAll({ timeoutMs: 50, log: silentLog });

    expect(clean).to.equal(false);
    expect(closed).to.deep.equal(['a']);
    expect(performance.now() - start).to.be.below(1_500);
  });
});
