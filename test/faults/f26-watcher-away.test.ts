import { setTimeout as sleep } from 'node:timers/promises';
import { connectLive, type LiveGap } from '@restmapper/liveupdate/client';
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

const awayMs = sized({ short: 1_500, full: 60_000 });

/** A client that comes back is sent 1,000 messages at most: at one rate fewer have come meanwhile, at the other more. */
const [fewPerSecond, manyPerSecond] = [10, 1_000];

/** Watches a feed, is cut off from it for a while, and tells what it has had once it is up to date. */
async function watchWithBreak(perSecond: number) {
  const application = await openApplication({ hasFeed: true, workers: () => '  {}' });
  const live = await application.open('live');
  const bus = await openBusOf(application);
  const proxy = await openProxyTo({ url: live.url });
  const seen: string[] = [];
  const gaps: LiveGap[] = [];
  const client = connectLive(`${proxy.url}ws/v1/`, { WebSocket });
  use(client, () => client.close());
  await new Promise<void>((resolve) => {
    client.subscribe(application.name, {
      onReady: () => resolve(),
      onMessage: ({ data }) => seen.push((data as { readonly id: string }).id),
      onGap: (gap) => gaps.push(gap),
    });
  });
  const load = startLoad({ call: publishTo({ bus, exchange: application.exchange }), perSecond });
  await until(() => seen.length > 5);

  proxy.refuse();
  proxy.reset();
  const lastSeen = seen.length;
  await sleep(awayMs);
  proxy.heal();
  await until(() => seen.length > lastSeen || gaps.length > 0, { timeoutMs: 30_000 });
  const log = await load.stop();
  await until(() => seen.includes(String(log.sent - 1)));

  const shown = new Set(seen);
  const confirmed = log.ids('confirmed');
  return {
    sent: log.sent,
    'missed while away': log.sent - lastSeen,
    missing: confirmed.filter((id) => !shown.has(id)).length,
    duplicates: seen.length - shown.size,
    unseen: log.sent - shown.size,
    // Of one who was away too long to prove where it stood, the gap begins with what it had.
    declared: gaps.reduce((sum, { from, to }) => sum + to - Math.max(from, lastSeen) + 1, 0),
  };
}

describe('F26: a watcher who is away', function () {
  this.timeout(faultTimeoutMs);

  it('gets every message once, or is told of a gap when there are more than it can be sent', async () => {
    const [few, many] = await Promise.all([fewPerSecond, manyPerSecond].map(watchWithBreak));

    printFigures('F26', { 'away ms': awayMs, ...few });
    printFigures('F26', { 'away ms': awayMs, ...many });
    expect(few).to.include({ missing: 0, declared: 0, duplicates: 0 });
    expect(many?.duplicates).to.equal(0);
    // What was not confirmed may have come all the same, and is in the gap then.
    expect(many?.declared)
      .to.be.within(many?.missing ?? 0, many?.unseen ?? 0)
      .and.above(1_000);
  });
});
