import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const heartbeatSeconds = 1;
const patience = { timeoutMs: 60_000 };

describe('F20: a worker that is frozen for longer than the broker waits', function () {
  this.timeout(faultTimeoutMs);

  it('never sends its old acks, recovers by itself, and loses nothing', async () => {
    const freezes = sized({ short: 1, full: 20 });
    const application = await openApplication();
    const { broker } = application;
    const amqpUrl = `${broker.url}?heartbeat=${heartbeatSeconds}`;
    const [gateway, worker] = await Promise.all([
      application.open('serve'),
      application.open('work', { amqpUrl }),
    ]);
    const load = startLoad({ call: postTo(application.urlAt(gateway)), perSecond: 300 });
    const storedNow = async () => (await application.find()).stored.length;
    const logBefore = (await broker.log()).length;

    for (let freeze = 0; freeze < freezes; freeze += 1) {
      const before = await storedNow();
      await until(async () => (await storedNow()) > before + 100, patience);
      worker.child.kill('SIGSTOP');
      await sleep(3 * heartbeatSeconds * 1000 + 500);
      const frozen = await storedNow();
      worker.child.kill('SIGCONT');
      await until(async () => (await storedNow()) > frozen, patience);
    }
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    const written = (await broker.log()).slice(logBefore);
    const count = (text: string) => written.split(text).length - 1;
    const unknownTags = count('unknown delivery tag');
    const missed = count('missed heartbeats');
    printFigures('F20', { freezes, ...verdict, 'missed heartbeats': missed, 'unknown tags': unknownTags });
    expect(unknownTags).to.equal(0);
    expect(missed).to.be.at.least(freezes);
    expect(verdict).to.include({ dead: 0 });
  });
});
