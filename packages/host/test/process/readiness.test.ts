import { expect } from 'chai';
import { ReadinessProbe } from '../../src/process/readiness.ts';

describe('the readiness of a process', () => {
  const probeOf = (count: number, unavailable: Readonly<Record<string, string>>): ReadinessProbe => {
    const probe = new ReadinessProbe();
    probe.add('bus', () => undefined);
    probe.addServices(() => ({ count, unavailable: new Map(Object.entries(unavailable)) }));
    return probe;
  };

  it('holds while it serves some of its services, and names the rest', async () => {
    expect(await probeOf(2, { 'feed orders': 'unavailable' }).read()).to.deep.equal({
      ready: true,
      checks: { bus: 'ok', 'feed orders': 'unavailable' },
    });
  });

  it('ends when it can serve none of them', async () => {
    const state = await probeOf(2, { 'feed orders': 'gone', 'feed notes': 'gone' }).read();

    expect(state.ready).to.equal(false);
  });

  it('holds for one that has nothing to serve', async () => {
    expect((await probeOf(0, {}).read()).ready).to.equal(true);
  });

  it('waits for the initial ones, and lists them only until then', async () => {
    const probe = probeOf(1, {});
    let waiting: string | undefined = 'not consuming yet: store';
    probe.addStart(() => waiting);

    expect(await probe.read()).to.deep.equal({
      ready: false,
      checks: { bus: 'ok', process: 'starting: not consuming yet: store' },
    });
    waiting = undefined;
    expect(await probe.read()).to.deep.equal({ ready: true, checks: { bus: 'ok' } });
  });

  it('ends with a part, and with draining, whatever is served', async () => {
    const broken = probeOf(1, {});
    broken.add('database', () => 'away');
    const draining = probeOf(1, {});
    draining.drain();

    expect((await broken.read()).ready).to.equal(false);
    expect(await draining.read()).to.deep.equal({
      ready: false,
      checks: { bus: 'ok', process: 'draining' },
    });
  });
});
