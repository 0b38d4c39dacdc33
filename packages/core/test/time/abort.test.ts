import { once } from 'node:events';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { Interrupted } from '@restmapper/core';
import { abortable, linkSignals } from '../../src/time/abort.ts';
import { settlesWithin } from '../../src/time/deadline.ts';

describe('linkSignals', () => {
  it('aborts with any of its sources', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const { signal } = linkSignals([one.signal, two.signal]);

    two.abort();

    expect(signal.reason).to.be.instanceOf(Interrupted);
  });

  it('passes on the reason of its source', () => {
    const source = new AbortController();
    const { signal } = linkSignals([source.signal]);

    source.abort(new Error('the channel was lost'));

    expect(signal.reason).to.include({ message: 'the channel was lost' });
    expect(linkSignals([AbortSignal.abort()]).signal.reason).to.include({ message: 'the process ends' });
  });

  it('is aborted at once if a source already was', () => {
    expect(linkSignals([AbortSignal.abort()]).signal.aborted).to.equal(true);
  });

  it('aborts at the deadline', async () => {
    const { signal } = linkSignals([], { deadlineEpochMs: Date.now() + 20 });

    expect(signal.aborted).to.equal(false);
    await until(() => signal.aborted);
  });

  it('aborts no earlier than the deadline, not even by a part of a millisecond', async () => {
    const deadlines = Array.from({ length: 50 }, (_none, index) => Date.now() + 20.9 + index);

    const leftMs = await Promise.all(
      deadlines.map(async (deadlineMs) => {
        await once(linkSignals([], { deadlineEpochMs: deadlineMs }).signal, 'abort');
        return deadlineMs - Date.now();
      }),
    );

    expect(Math.max(...leftMs)).to.be.at.most(0);
  });

  it('calls back once with the reason, whatever aborts later', () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const reasons: Error[] = [];
    linkSignals([one.signal, two.signal], { onAbort: (reason) => reasons.push(reason) });

    one.abort(new Error('first'));
    two.abort(new Error('second'));

    expect(reasons.map(({ message }) => message)).to.deep.equal(['first']);
  });

  it('aborts all links of a source', () => {
    const source = new AbortController();
    const links = [1, 2, 3].map(() => linkSignals([source.signal]));
    links[1]?.unlink();

    source.abort();

    expect(links.map(({ signal }) => signal.aborted)).to.deep.equal([true, false, true]);
  });

  it('no longer aborts once it is unlinked', () => {
    const source = new AbortController();
    const { signal, unlink } = linkSignals([source.signal], { deadlineEpochMs: Date.now() + 60_000 });

    unlink();
    source.abort();

    expect(signal.aborted).to.equal(false);
  });
});

describe('abortable', () => {
  it('is the promise while nothing aborts', async () => {
    expect(await abortable(Promise.resolve(7), new AbortController().signal)).to.equal(7);
  });

  it('rejects with the reason of the signal, and ignores what the promise does later', async () => {
    const { promise, reject } = withResolvers();
    const controller = new AbortController();
    const waiting = abortable(promise, controller.signal).catch((thrown: unknown) => thrown);

    controller.abort('enough');
    reject(new Error('too late'));

    expect(await waiting).to.equal('enough');
  });
});

describe('settlesWithin', () => {
  it('reports whether a promise settled in time, either way', async () => {
    expect(await settlesWithin(Promise.resolve(), 1000)).to.equal(true);
    expect(await settlesWithin(Promise.reject(new Error('x')), 1000)).to.equal(true);
    expect(await settlesWithin(new Promise(() => {}), 10)).to.equal(false);
  });
});

function withResolvers() {
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<never>((_resolve, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}
