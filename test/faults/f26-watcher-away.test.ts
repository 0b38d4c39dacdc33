import { setTimeout as sleep } from 'node:timers/promises';
import { connectLive } from '@restmapper/liveupdate/client';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openApplication, openBusOf } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { startLoad } from './support/load.ts';
import { openProxyTo } from './support/proxy.ts';

describe('F26: a watcher who is away', function () {
  this.timeout(faultTimeoutMs);

  for (const [what, perSecond, isHeld] of [
    ['for less than the feed remembers', 15, true],
    ['for longer than the feed remembers', 1_000, false],
  ] as const) {
    it(`${what} gets every message once${isHeld ? '' : ', or is told of the gap'}`, async () => {
      const awayMs = sized({ short: 3_000, full: 60_000 });
      const application = await openApplication({ hasFeed: true, workers: () => '  {}' });
      const live = await application.open('live');
      const bus = await openBusOf(application);
      const proxy = await openProxyTo({ url: live.url });
      const seen: string[] = [];
      let gaps = 0;
      const client = connectLive(`${proxy.url}ws/v1/`, { WebSocket });
      use(client, () => client.close());
      const ready = new Promise<void>((resolve) => {
        client.subscribe(application.name, {
          onReady: () => resolve(),
          onMessage: ({ data }) => seen.push((data as { readonly id: string }).id),
          onGap: () => (gaps += 1),
        });
      });
      await ready;
      const load = startLoad({ call: publishTo({ bus, exchange: application.exchange }), perSecond });
      await until(() => seen.length > 5);

      proxy.refuse();
      proxy.reset();
      const lastSeen = seen.length;
      await sleep(awayMs);
      proxy.heal();
      await until(() => seen.length > lastSeen || gaps > 0, { timeoutMs: 30_000 });
      const log = await load.stop();
      const last = String(log.sent - 1);
      await until(() => seen.includes(last));

      const missing = log.ids('confirmed').filter((id) => !seen.includes(id)).length;
      const duplicates = seen.length - new Set(seen).size;
      printFigures('F26', { 'away ms': awayMs, sent: log.sent, missing, duplicates, gaps });
      expect(duplicates).to.equal(0);
      expect({ missing, gaps }).to.deep.equal(isHeld ? { missing: 0, gaps: 0 } : { missing, gaps: 1 });
    });
  }
});
