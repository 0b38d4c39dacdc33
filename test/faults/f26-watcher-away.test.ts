import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus, FeedMessage } from '@restmapper/bus';
import { connectLive, type LiveGap } from '@restmapper/client';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Application, idIn, openApplication, openBusOf } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { startLoad } from './support/load.ts';
import { openProxyTo } from './support/proxy.ts';

const awayMs = sized({ short: 1_500, full: 60_000 });

/** A returning client is sent at most 1,000 messages; it misses fewer at one rate, more at the other. */
const [fewPerSecond, manyPerSecond] = [10, 1_000];

/** Watches a feed, is disconnected for a while, and returns what it received once it is up to date. */
async function watchWithBreak(perSecond: number) {
  const application = await openApplication({ hasFeed: true, workers: () => '  {}' });
  const live = await application.open('live');
  const bus = await openBusOf(application);
  const proxy = await openProxyTo({ url: live.url });
  const seen: Numbered[] = [];
  const gaps: LiveGap[] = [];
  const client = connectLive(`${proxy.url}ws/v1/`, { WebSocket });
  use(client, () => client.close());
  await new Promise<void>((resolve) => {
    client.subscribe(application.name, {
      onReady: () => resolve(),
      onMessage: ({ offset, data }) => seen.push({ offset, id: (data as Numbered).id }),
      onGap: (gap) => gaps.push(gap),
    });
  });
  const load = startLoad({ call: publishTo({ bus, exchange: application.exchange }), perSecond });
  await until(() => seen.length > 5);

  proxy.refuse();
  proxy.reset();
  await sleep(awayMs);
  // Messages that arrived before the disconnect are processed by now.
  const lastSeen = seen.length;
  proxy.heal();
  // After the first message, all others follow.
  await until(() => seen.length > lastSeen, { timeoutMs: 30_000 });
  const log = await load.stop();
  await until(() => seen.some(({ id }) => id === String(log.sent - 1)));

  const held = await readFeed(application, bus, seen.at(-1)?.offset ?? 0);
  const ids = new Set(held.map(({ id }) => id));
  const shown = new Set(seen.map(({ id }) => id));
  const missing = held.filter(({ id }) => !shown.has(id));
  const isDeclared = ({ offset }: Numbered) => gaps.some(({ from, to }) => from <= offset && offset <= to);
  return {
    sent: log.sent,
    lost: log.ids('confirmed').filter((id) => !ids.has(id)).length,
    missing: missing.length,
    undeclared: missing.filter((message) => !isDeclared(message)).length,
    // If a watcher was away too long to prove its position, the gap also covers messages that it already had.
    'declared, then shown': seen.slice(lastSeen).filter(isDeclared).length,
    duplicates: seen.length - shown.size,
    gaps: gaps.length,
  };
}

interface Numbered {
  readonly offset: number;
  readonly id: string;
}

/** The messages of the application's feed on the broker, up to an offset. */
async function readFeed({ model }: Application, bus: Bus, last: number): Promise<readonly Numbered[]> {
  const held: Numbered[] = [];
  const [feed] = model.feeds;
  const take = ({ offset, body }: FeedMessage): void => void held.push({ offset, id: idIn(body) });
  const subscription = bus.follow(feed?.queue ?? '', take, { from: 'first' });
  await until(() => (held.at(-1)?.offset ?? -1) >= last, { timeoutMs: 60_000 });
  await subscription.close();
  return held.filter(({ offset }) => offset <= last);
}

describe('F26: a watcher that is away', function () {
  this.timeout(faultTimeoutMs);

  it('gets every message once, or a notice of the gap when it missed too many', async () => {
    const [few, many] = await Promise.all([fewPerSecond, manyPerSecond].map(watchWithBreak));

    printFigures('F26', { 'away ms': awayMs, ...few });
    printFigures('F26', { 'away ms': awayMs, ...many });
    for (const each of [few, many]) {
      expect(each).to.include({ lost: 0, undeclared: 0, 'declared, then shown': 0, duplicates: 0 });
    }
    expect(few).to.include({ missing: 0, gaps: 0 });
    expect(many?.missing).to.be.above(1_000);
  });
});
