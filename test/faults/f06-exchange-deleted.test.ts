import { expect } from 'chai';
import { collect, createEvents, createMessage, within } from '../../packages/bus/test/contract/fixtures.ts';
import { openUpBus } from '../../packages/bus/test/amqp/fixtures.ts';
import { withChannel } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { medianOf, printFigures } from '../support/figures.ts';
import { type Call, startLoad } from './support/load.ts';
import { expectKept } from './support/oracle.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

describe('F6: an exchange that is deleted during publishing', function () {
  this.timeout(faultTimeoutMs);

  it('fails its own calls, leaves others at most unknown, and is recreated within a second', async () => {
    const [deleted, other] = [createEvents(), createEvents()];
    const bus = await openUpBus({
      exchanges: [...deleted.topology.exchanges, ...other.topology.exchanges],
      queues: [...deleted.topology.queues, ...other.topology.queues],
      bindings: [...deleted.topology.bindings, ...other.topology.bindings],
    });
    const [deletedBodies, otherBodies] = [
      await collect(bus, deleted.queue, { batchSize: 100 }),
      await collect(bus, other.queue, { batchSize: 100 }),
    ];
    const codes = new Map<string, Set<string>>();
    const publishTo =
      (exchange: string): Call =>
      async (id) => {
        const code = await codeOf(bus.publish(exchange, createMessage(id), within(2_000)));
        codes.set(exchange, (codes.get(exchange) ?? new Set()).add(code));
        if (code === '') return 'confirmed';
        return code === 'PUBLISH_TIMEOUT' ? 'unknown' : 'refused';
      };
    const loads = [deleted, other].map(({ exchange }) =>
      startLoad({ call: publishTo(exchange), concurrency: 16 }),
    );
    const confirmed = () => loads.map(({ log }) => log.ids('confirmed').length);
    const isMoving = async () => {
      const before = confirmed();
      await until(() => confirmed().every((count, index) => count > (before[index] ?? 0) + 100));
    };
    const backMs: number[] = [];

    for (let deletion = 0; deletion < sized({ short: 3, full: 20 }); deletion += 1) {
      await isMoving();
      await withChannel((channel) => channel.deleteExchange(deleted.exchange));
      const [startMs, before] = [performance.now(), confirmed()[0] ?? 0];
      await until(() => (confirmed()[0] ?? 0) > before + 32);
      backMs.push(performance.now() - startMs);
    }
    const [deletedLog, otherLog] = await Promise.all(loads.map((load) => load.stop()));

    if (!deletedLog || !otherLog) throw new Error('two loads have two logs');
    const found =
      ({ texts }: typeof otherBodies) =>
      async () => ({ stored: [...new Set(texts())], dead: [] });
    const verdict = await expectKept(otherLog, found(otherBodies));
    await expectKept(deletedLog, found(deletedBodies));
    const usualMs = medianOf(backMs);
    const slowestMs = Math.max(...backMs);
    printFigures('F6', {
      deletions: backMs.length,
      ...verdict,
      'usual back ms': usualMs,
      'slowest back ms': slowestMs,
    });
    // Calls that cannot be sent while the channel is reopened may also be refused.
    expect(['', 'PUBLISH_TIMEOUT', 'BROKER_UNAVAILABLE']).to.include.members([
      ...(codes.get(other.exchange) ?? []),
    ]);
    expect(codes.get(deleted.exchange)).to.include('PUBLISH_TIMEOUT');
    expect(usualMs).to.be.below(1_000);
    expect(slowestMs).to.be.below(5_000);
    expect(bus.stats.reconnects).to.equal(0);
  });
});
