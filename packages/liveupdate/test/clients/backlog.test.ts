import { expect } from 'chai';
import { Backlog } from '../../src/clients/backlog.ts';

describe('a backlog', () => {
  it('returns its messages in order, and keeps later ones once it is opened again', () => {
    const backlog = new Backlog<number>();
    const taken: number[] = [];
    backlog.open();
    for (const item of [1, 2, 3]) backlog.push(item);

    backlog.empty((item) => {
      taken.push(item);
      if (item === 2) backlog.open();
    });

    expect(taken).to.deep.equal([1, 2]);
    expect(backlog.isOpen).to.equal(true);
    backlog.empty((item) => taken.push(item));
    expect(taken).to.deep.equal([1, 2, 3]);
    expect(backlog.isOpen).to.equal(false);
  });

  it('has a bound', () => {
    const backlog = new Backlog<number>();
    backlog.open();

    const kept = Array.from({ length: 100 }, (_, item) => backlog.push(item)).filter(Boolean);

    expect(kept).to.have.length(64);
  });
});
