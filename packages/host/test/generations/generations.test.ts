import { Agent } from 'node:http';
import { expect } from 'chai';
import { withChannel } from '../../../../test/support/amqp.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { post } from './load.ts';
import { openTestSystem, type TestSystem } from './open-test-system.ts';
import { openWatcher } from './watchers.ts';

describe('the next generation of a system', function () {
  this.timeout(60_000);

  it('changes nothing when it cannot be opened, and the one after it takes effect', async () => {
    const test = await openTestSystem('servers');
    const { system, models } = test;
    const watcher = await openWatcher(test);
    const refused = `${models.path}/refused`;
    await withChannel((channel) => channel.assertExchange(`${refused}:POST`, 'headers'));
    use(refused, () => withChannel((channel) => channel.deleteExchange(`${refused}:POST`)));
    await test.query('CREATE TABLE wrong (a int)');
    const [on, queue] = [`POST ${models.path}/kept`, `new${models.path.replace('/', '-')}`];

    const reasons = [
      await whyNot(
        system.replace(models.broken({ workers: `new: { on: ${on}, queue: ${queue}, use: ./missing.js }` })),
      ),
      await whyNot(
        system.replace(models.broken({ schemes: 'shops: { apiKey: { clientsFile: ./no.json } }' })),
      ),
      await whyNot(
        system.replace(
          models.broken({ workers: `new: { on: ${on}, queue: ${queue}, use: append, table: wrong }` }),
        ),
      ),
      await whyNot(
        system.replace(models.broken({ endpoints: `POST ${refused}: { fanout: true, body: true }` })),
      ),
    ];

    expect(reasons[0]).to.match(/^ConfigError: worker new: cannot load .*missing\.js/);
    expect(reasons[1]).to.match(/^ConfigError: .*no\.json/);
    expect(reasons[2]).to.match(/^DatabaseError: .*wrong/);
    expect(reasons[3]).to.match(/^BusError: endpoint POST .*refused is unavailable/);
    expect(system.model).to.equal(models.a);
    expect(await call(test, '/version')).to.equal('200 "a"');
    expect(await call(test, '/extra')).to.equal('200 {}');
    expect(await call(test, '/refused')).to.match(/^404/);
    expect(watcher.trouble).to.deep.equal([]);
    expect((await system.bus.inspect()).map(({ name }) => name)).not.to.include(`${refused}:POST`);
    await system.replace(models.b);
    expect(await call(test, '/version')).to.equal('200 "b"');
  });

  it('is the newest, however many are requested at once', async () => {
    const test = await openTestSystem('memory');
    const { system, models } = test;

    await Promise.all([models.b, models.a, models.b].map((model) => system.replace(model)));

    expect(system.model).to.equal(models.b);
    expect(await call(test, '/version')).to.equal('200 "b"');
    expect(await call(test, '/extra')).to.match(/^404/);
  });

  it('does not take effect when the process is stopped', async () => {
    const { service, system, models } = await openTestSystem('memory');

    await service.closers.closeAll({ timeoutMs: 2_000, log: service.log });

    expect(await whyNot(system.replace(models.b))).to.equal('ConfigError: the process is being stopped');
  });

  it('leaves nothing of the previous ones: no consumer, timer, socket or series of metrics', async () => {
    const test = await openTestSystem('memory');
    const { service, system, models } = test;
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    use(warn, () => process.off('warning', warn));
    const replaceTwice = async (): Promise<void> => {
      await system.replace(models.b);
      await system.replace(models.a);
    };
    await replaceTwice();
    const before = await countAll(test);

    for (let done = 0; done < 25; done += 1) await replaceTwice();
    await system.settled();

    await until(async () => expect(await countAll(test)).to.deep.equal(before));
    expect(service.registry.getMetricsAsArray()).to.have.lengthOf(before.metrics);
    expect(warnings).to.deep.equal([]);
  });
});

/** Everything that would grow if something were left behind. */
async function countAll({ system, service }: TestSystem) {
  await system.settled();
  const queues = await system.bus.inspect();
  return {
    consumers: queues.map(({ name, consumers }) => `${name} ${consumers}`).toSorted(),
    timers: process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length,
    handles: process.getActiveResourcesInfo().filter((kind) => /Wrap|Port|Watcher/.test(kind)).length,
    metrics: service.registry.getMetricsAsArray().length,
    checks: Object.keys((await service.readiness.read()).checks),
  };
}

async function call({ api, models }: TestSystem, path: string): Promise<string> {
  const agent = new Agent();
  const answer = await post(`${api}${models.path}${path}`, { agent, body: '{}', headers: {} });
  agent.destroy();
  return answer;
}

async function whyNot(replacing: Promise<void>): Promise<string> {
  return await replacing.then(
    () => 'it came into force',
    (error: unknown) => String(error),
  );
}
