import { expect } from 'chai';
import { Backoff } from '../../../src/amqp/connection/backoff.ts';
import { CancelledError } from '../../../src/amqp/connection/cancelled-error.ts';
import { Reopening } from '../../../src/amqp/connection/reopening.ts';

const lost = new Error('connect ECONNREFUSED');
const refused = Object.assign(new Error('inequivalent arg'), { code: 406 });
const draws = Array.from({ length: 200 });

describe('the back-off', () => {
  it('draws each delay from a range that doubles up to its limit', () => {
    for (const [failures, boundMs] of [100, 200, 400, 800, 1000, 1000].entries()) {
      const delays = draws.map(() => {
        const backoff = new Backoff({ baseMs: 100, maxMs: 1000 });
        for (let i = 0; i < failures; i += 1) backoff.nextMs(lost, 0);
        return backoff.nextMs(lost, 0);
      });

      expect(Math.max(...delays)).to.be.within(boundMs * 0.7, boundMs);
      expect(Math.min(...delays)).to.be.lessThan(boundMs * 0.3);
    }
  });

  it('starts over after an attempt that lasted', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 100_000 });
    for (let i = 0; i < 10; i += 1) backoff.nextMs(lost, 0);

    expect(backoff.nextMs(lost, 1000)).to.be.at.most(100);
  });

  it('does not start over after one that did not', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 100_000 });
    const delays = draws.map(() => backoff.nextMs(lost, 999));

    expect(Math.max(...delays)).to.be.greaterThan(10_000);
  });

  it('does not delay after an intentional end, nor count it as a failure', () => {
    const backoff = new Backoff({ baseMs: 100, maxMs: 100_000 });

    const delays = draws.map(() => backoff.nextMs(new Reopening('to take one at a time'), 0));

    expect(Math.max(...delays)).to.equal(0);
    expect(backoff.nextMs(lost, 0)).to.be.at.most(100);
  });

  it('allows the broker time to finish a deletion', () => {
    const backoff = new Backoff({ baseMs: 50, maxMs: 1000 });

    for (const delay of draws.map(() => backoff.nextMs(new CancelledError('q'), 60_000))) {
      expect(delay).to.be.within(1000, 2000);
    }
  });

  for (const [what, reason] of Object.entries({
    'refused arguments': refused,
    'a refusal in the cause': new Error('cannot declare the queue a', { cause: refused }),
    'a refused login': new Error('Handshake terminated by server: 403 (ACCESS-REFUSED) with message "…"'),
    'a refused virtual host': new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'),
  })) {
    it(`waits at least five seconds after ${what}`, () => {
      const backoff = new Backoff({ baseMs: 100, maxMs: 1000 });

      for (const delay of draws.map(() => backoff.nextMs(reason, 0)))
        expect(delay).to.be.within(5000, 10_000);
    });
  }
});
