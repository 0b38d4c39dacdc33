import { connect } from 'amqplib';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openLiveSocket } from '../system/live-socket.ts';
import { Endurance } from './endurance.ts';
import { type ForeignMessage, foreignMessage } from './foreign-messages.ts';
import { fuzz, fuzzTimeoutMs, seed, totalRequests } from './fuzz.ts';
import { openStage, type Stage, sumCounters } from './stage.ts';

/** Publishes to the exchange of the first endpoint; resolves when the broker has confirmed the message. */
async function openPublisher({ broker, name }: Stage): Promise<(message: ForeignMessage) => Promise<void>> {
  const model = use(await connect(broker.url), (model) => model.close());
  const channel = await model.createConfirmChannel();
  return ({ body, properties }) =>
    new Promise((resolve, reject) => {
      channel.publish(`/${name}:POST`, '', body, { ...properties }, (error: unknown) =>
        error ? reject(new Error('the broker refused a message', { cause: error })) : resolve(),
      );
    });
}

describe('a fuzzer that bypasses the gateway', function () {
  this.timeout(fuzzTimeoutMs);

  it('finds each message stored or dead-lettered, and sent to watchers or counted as skipped', async () => {
    const stage = await openStage();
    const { bridge, worker, name } = stage;
    const endurances = [new Endurance(bridge), new Endurance(worker)];
    const watcher = await openLiveSocket(bridge.url);
    const publish = await openPublisher(stage);
    const ids = new Set<string>();
    let anonymous = 0;

    const published = await fuzz(foreignMessage, {
      requests: totalRequests * 0.1,
      async send(message) {
        await publish(message);
        const { messageId } = message.properties;
        if (messageId) ids.add(messageId);
        else anonymous += 1;
      },
      sample: async () => {
        for (const endurance of endurances) await endurance.sample();
      },
    });

    const labels = `feed="${name}"`;
    const watched = async (): Promise<number> =>
      watcher.received.length + (await sumCounters(bridge, 'restmapper_live_skipped_total', labels));
    await until(async () => (await watched()) >= published, { timeoutMs: 60_000 });
    // Of two messages with one id, the table has one; each can be a dead letter of its own.
    await until(async () => (await stage.count()).kept >= ids.size + anonymous, { timeoutMs: 60_000 });
    const { kept } = await stage.count();
    printFigures('foreign', { seed, published, kept, sent: watcher.received.length });
    expect(await watched()).to.equal(published);
    expect(kept).to.be.at.most(published);
    for (const endurance of endurances) endurance.verify();
    for (const process of [bridge, worker]) {
      expect(await sumCounters(process, 'restmapper_bus_reconnects_total')).to.equal(0);
    }
  });
});
