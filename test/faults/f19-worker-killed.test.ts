import { expect } from 'chai';
import { killCommand } from '../system/command.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

describe('F19: a worker that is killed under load', function () {
  this.timeout(faultTimeoutMs);

  it('leaves its messages to another; none is lost, duplicated or dead-lettered', async () => {
    const kills = sized({ short: 3, full: 100 });
    const application = await openApplication();
    const gateway = await application.open('serve');
    let [worker, next] = await Promise.all([application.open('work'), application.start('work')]);
    const load = startLoad({ call: postTo(application.urlAt(gateway)) });

    for (let kill = 0; kill < kills; kill += 1) {
      await load.confirmMore(300);
      await killCommand(worker);
      [worker, next] = [next, await application.start('work')];
    }
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    printFigures('F19', { kills, ...verdict, 'slowest call ms': load.slowestMs });
    expect(verdict).to.include({ dead: 0, refused: 0, unknown: 0 });
  });
});
