import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import type { Command } from '../system/command.ts';
import { openApplication } from './support/application.ts';
import { postTo } from './support/calls.ts';
import { startLoad } from './support/load.ts';
import { expectKeptBy } from './support/last-message.ts';
import { type ProcessFigures, readProcessFigures, toMegabytes } from './support/process-figures.ts';
import { openProxyTo } from './support/proxy.ts';

const samples = 12;
const cutEveryMs = sized({ short: 500, full: 2_000 });

/** By how much the minimum of the last third may exceed that of the middle third: a leak raises it. */
const tolerance = { heapBytes: 12 * 1024 * 1024, memoryBytes: 48 * 1024 * 1024 };

/** Fewer than the number of cuts. */
const spareDescriptors = 4;

type Figure = keyof typeof tolerance;

function growthOf(figure: Figure, history: readonly ProcessFigures[]): number {
  const third = Math.floor(history.length / 3);
  const leastOf = (part: readonly ProcessFigures[]) => Math.min(...part.map((sample) => sample[figure]));
  return leastOf(history.slice(2 * third)) - leastOf(history.slice(third, 2 * third));
}

describe('F30: processes at half their load, whose connections are cut again and again', function () {
  this.timeout(faultTimeoutMs);

  it('lose nothing, and need no more memory, descriptors or listeners at the end', async () => {
    const application = await openApplication({ hasFeed: true });
    const proxy = await openProxyTo(application.broker);
    const roles = ['serve', 'work', 'live'] as const;
    const processes = await Promise.all(roles.map((role) => application.open(role, { amqpUrl: proxy.url })));
    const [gateway] = processes;
    if (!gateway) throw new Error('there is a gateway');
    const descriptorsNow = async () =>
      Promise.all(processes.map(async (process) => (await readProcessFigures(process)).descriptors));
    const atRest = await descriptorsNow();
    // A gateway keeps idle connections open for more than a minute, for their callers to reuse.
    const call = postTo(application.urlAt(gateway), { connection: 'close' });
    const load = startLoad({ call, perSecond: 200 });
    const everyMs = sized({ short: 6_000, full: 1_800_000 }) / samples;
    const history = new Map<Command, ProcessFigures[]>(processes.map((process) => [process, []]));
    let cuts = 0;
    const cutting = setInterval(() => {
      proxy.reset();
      cuts += 1;
    }, cutEveryMs);
    use(cutting, clearInterval);

    for (let sample = 0; sample < samples; sample += 1) {
      await sleep(everyMs);
      for (const [process, figures] of history) figures.push(await readProcessFigures(process));
    }
    clearInterval(cutting);
    const log = await load.stop();

    const verdict = await expectKeptBy(application, log);
    const descriptors = await until(
      async () => {
        const now = await descriptorsNow();
        return now.every((count, index) => count <= (atRest[index] ?? 0) + spareDescriptors) && now;
      },
      { timeoutMs: 20_000, everyMs: 200 },
    );
    const grown = (figure: Figure) =>
      Math.max(...[...history.values()].map((figures) => growthOf(figure, figures)));
    printFigures('F30', {
      seconds: (everyMs * samples) / 1000,
      cuts,
      ...verdict,
      'heap grown MB': toMegabytes(grown('heapBytes')),
      'memory grown MB': toMegabytes(grown('memoryBytes')),
      'descriptors before': atRest.join(' '),
      'descriptors after': descriptors.join(' '),
    });
    for (const figure of ['heapBytes', 'memoryBytes'] as const) {
      expect(grown(figure), figure).to.be.at.most(tolerance[figure]);
    }
    for (const process of processes) expect(process.stderr()).to.not.contain('MaxListenersExceeded');
  });
});
