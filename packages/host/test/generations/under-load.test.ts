import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { startLoad } from './load.ts';
import { openTestSystem } from './open-test-system.ts';
import { openPlainWatcher, openWatcher } from './watchers.ts';

const replacements = 20;

describe('a system whose model is replaced under load', function () {
  this.timeout(120_000);

  for (const kind of ['servers', 'memory'] as const) {
    it(`answers, stores and streams everything, on ${kind === 'servers' ? 'RabbitMQ' : 'the bus in memory'}`, async () => {
      const test = await openTestSystem(kind);
      const watchers = await Promise.all([
        ...Array.from({ length: 30 }, () => openWatcher(test)),
        ...Array.from({ length: 6 }, () => openPlainWatcher(test)),
      ]);
      const load = startLoad(test);

      for (let done = 0; done < replacements; done += 1) {
        const before = load.calls;
        await until(() => load.calls > before + 50);
        await load.replace(done % 2 === 0 ? 'b' : 'a');
      }
      await load.stop();
      await test.system.settled();

      const accepted = load.accepted.toSorted((x, y) => x - y);
      expect(load.wrong).to.deep.equal([]);
      expect(accepted.length).to.be.greaterThan(replacements);
      for (const watcher of watchers) {
        await until(() => watcher.seen.length >= accepted.length);
        expect(watcher.seen.toSorted((x, y) => x - y)).to.deep.equal(accepted);
        expect(watcher.trouble).to.deep.equal([]);
        expect(watcher.isOpen).to.equal(true);
      }
      expect(watchers[0]?.ends).to.deep.equal([test.models.a.feeds[1]?.name]);
      const rows = `SELECT (message->>'n')::int AS n FROM ${test.models.table} ORDER BY n`;
      await until(async () => (await test.query(rows)).length >= accepted.length);
      expect((await test.query(rows)).map(({ n }) => n)).to.deep.equal(accepted);
    });
  }
});
