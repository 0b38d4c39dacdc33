import { expect } from 'chai';
import { Turns } from '../../src/runtime/turns.ts';

const never = new AbortController().signal;

/** Work that runs until it is told to end. */
function createWork(name: string, started: string[]): { run: () => Promise<string>; end: () => void } {
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async (): Promise<string> => {
    started.push(name);
    await ended;
    return name;
  };
  return { run, end };
}

describe('Turns', () => {
  it('let one work begin when the one before has ended, in the order in which they came', async () => {
    const turns = new Turns(1);
    const started: string[] = [];
    const [a, b, c] = [createWork('a', started), createWork('b', started), createWork('c', started)];
    const results = [a, b, c].map(({ run }) => turns.run(run, never));

    c.end();
    b.end();
    await new Promise(setImmediate);
    const before = [...started];
    a.end();

    expect(await Promise.all(results)).to.deep.equal(['a', 'b', 'c']);
    expect(before).to.deep.equal(['a']);
    expect(started).to.deep.equal(['a', 'b', 'c']);
  });

  it('let as much work run at once as they were made for', async () => {
    const turns = new Turns(2);
    const started: string[] = [];
    const works = ['a', 'b', 'c'].map((name) => createWork(name, started));

    const results = works.map(({ run }) => turns.run(run, never));
    await new Promise(setImmediate);

    expect(started).to.deep.equal(['a', 'b']);
    for (const { end } of works) end();
    expect(await Promise.all(results)).to.deep.equal(['a', 'b', 'c']);
  });

  it('pass on the turn of work that failed, and of work that waits no more', async () => {
    const turns = new Turns(1);
    const started: string[] = [];
    const leaving = new AbortController();
    const first = createWork('first', started);
    const failed = turns.run(() => first.run().then(() => Promise.reject(new Error('failed'))), never);
    const left = turns.run(createWork('left', started).run, leaving.signal);
    const last = turns.run(async () => 'last', never);

    leaving.abort(new Error('left'));
    const reason = await left.catch((error: unknown) => error);
    first.end();

    expect(reason).to.include({ message: 'left' });
    expect(await failed.catch((error: unknown) => error)).to.include({ message: 'failed' });
    expect(await last).to.equal('last');
    expect(started).to.deep.equal(['first']);
  });
});
