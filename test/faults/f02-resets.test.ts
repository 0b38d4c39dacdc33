import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { use } from '../support/use.ts';
import { type Application, openApplication, openBusOf, openWorkersOf } from './support/application.ts';
import { publishTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { openProxyTo } from './support/proxy.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

/** Resets all connections repeatedly, 50 to 500 ms apart; returns how often. */
async function resetFor(durationMs: number, proxy: TcpProxy): Promise<number> {
  const endMs = performance.now() + durationMs;
  let resets = 0;
  for (; performance.now() < endMs; resets += 1) {
    await sleep(50 + Math.random() * 450);
    proxy.reset();
  }
  return resets;
}

/** The channels that are open on the broker, those of others included. */
async function countChannels({ broker }: Application): Promise<number> {
  const listed = await broker.rabbitmqctl('list_channels', '--silent', 'pid');
  return listed.split('\n').filter((line) => line.includes('<')).length;
}

describe('F2: connections that are reset again and again', function () {
  this.timeout(faultTimeoutMs);

  it('lose no message of publisher or worker, and leave no socket, channel or listener behind', async () => {
    const application = await openApplication();
    const proxy = await openProxyTo(application.broker);
    const urls = [proxy.url];
    const [publisher, worker] = await Promise.all([
      openBusOf(application, { urls }),
      openBusOf(application, { urls }),
    ]);
    await (await openWorkersOf(application, { bus: worker })).ready;
    const warnings: string[] = [];
    const warn = ({ message }: Error) => void warnings.push(message);
    process.on('warning', warn);
    use(process, () => process.off('warning', warn));
    const [socketsBefore, channelsBefore] = [proxy.open, await countChannels(application)];
    const load = startLoad({ call: publishTo({ bus: publisher, exchange: application.exchange }) });

    const resets = await resetFor(sized({ short: 2_500, full: 60_000 }), proxy);
    const log = await load.stop();

    // Messages that were returned three times are consumed one at a time.
    const verdict = await expectKeptBy(application, log, 120_000);
    await until(() => [publisher, worker].every(({ status }) => status.state === 'up'));
    await until(async () => proxy.open === 4 && (await countChannels(application)) === channelsBefore);
    printFigures('F2', { resets, ...verdict, sockets: proxy.open, channels: channelsBefore });
    expect([socketsBefore, warnings]).to.deep.equal([4, []]);
    expect(verdict.confirmed).to.be.above(0);
  });
});
