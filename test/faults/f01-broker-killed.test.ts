import { expect } from 'chai';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { untilReady } from '../system/command.ts';
import { openLiveSocket } from '../system/live-socket.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

describe('F1: a broker that goes away', function () {
  this.timeout(faultTimeoutMs);

  it('loses nothing confirmed when killed under load, and serves within 5 s of its return', async () => {
    const kills = sized({ short: 1, full: 20 });
    const application = await openApplication();
    const { broker } = application;
    const [gateway] = await Promise.all([application.open('serve'), application.open('work')]);
    const load = startLoad({ call: postTo(application.urlAt(gateway)) });
    const backMs: number[] = [];

    for (let kill = 0; kill < kills; kill += 1) {
      await load.confirmMore(500);
      await broker.kill();
      await broker.start();
      const startMs = performance.now();
      await load.confirmMore(1);
      backMs.push(performance.now() - startMs);
    }
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    const slowestBackMs = Math.max(...backMs);
    printFigures('F1', {
      kills,
      ...verdict,
      'back after ms': slowestBackMs,
      'slowest call ms': load.slowestMs,
    });
    expect(slowestBackMs).to.be.at.most(5_000);
  });

  it('may be missing at the start: processes wait for it, and refuse calls meanwhile', async () => {
    const application = await openApplication({ hasFeed: true });
    const { broker } = application;
    await broker.kill();
    const roles = ['serve', 'work', 'live'] as const;
    const [gateway, worker, live] = await Promise.all(roles.map((role) => application.start(role)));
    if (!gateway || !worker || !live) throw new Error('three were started');
    // The internal server listens first, before there is a bus.
    const readyz = await until(async () => {
      const response = await fetch(`${gateway.adminUrl}/readyz`);
      return (await response.text()).includes('down') ? response : undefined;
    });

    const refused = await until(() => post(application.urlAt(gateway), { id: 'too early' }));
    await broker.start();
    const startMs = performance.now();
    await Promise.all([gateway, worker, live].map(untilReady));
    const readyMs = performance.now() - startMs;
    const { received } = await openLiveSocket(live.url);
    const accepted = await post(application.urlAt(gateway), { id: 'in time' });

    expect(readyz.status).to.equal(503);
    expect([refused.status, accepted.status]).to.deep.equal([503, 200]);
    expect(Number(refused.headers.get('retry-after'))).to.be.above(0);
    expect(await refused.json()).to.include({ code: 'BROKER_UNAVAILABLE' });
    await until(() => received.length > 0);
    await until(async () => (await application.find()).stored.length > 0);
    printFigures('F1', { 'away at the start': 'yes', 'all ready after ms': readyMs });
    expect((await application.find()).stored).to.deep.equal(['in time']);
  });
});
