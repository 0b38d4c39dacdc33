import { expect } from 'chai';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openApplication, openBusOf, openWorkersOf } from './support/application.ts';
import { createEvent } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { CallLog, expectKept } from './support/oracle.ts';
import { codeOf } from './support/outcomes.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';

const twoTables = (key: string) => `
  first:  { on: ${key}, use: append, table: first }
  second: { on: ${key}, use: append, table: second, queue: QUEUE }`;

describe('F8: one of two bound queues that is full', function () {
  this.timeout(faultTimeoutMs);

  it('leaves calls unconfirmed, and after they are repeated, each table has each message once', async () => {
    const codes = new Set<string>();
    const count = sized({ short: 300, full: 5_000 });
    let queue = '';
    const application = await openApplication({
      workers: (key) => twoTables(key).replace('QUEUE', (queue = `${key.split('/')[1]}-second`)),
    });
    const { broker, exchange } = application;
    const bus = await openBusOf(application);
    await openWorkersOf(application, { bus, names: ['first'] });
    const limit = `fault-${queue}`;
    const place = ['--apply-to', 'queues', limit, `^${queue}$`];
    await broker.rabbitmqctl('set_policy', ...place, `{"max-length":${Math.floor(count / 10)}}`);
    use(limit, () => broker.rabbitmqctl('clear_policy', limit));
    const log = new CallLog();
    const messages = Array.from({ length: count }, (_none, index) => createEvent(String(index)));
    const publishRest = async () => {
      const confirmed = new Set(log.ids('confirmed'));
      const rest = messages.filter(({ headers }) => !confirmed.has(String(headers['x-id'])));
      for (const message of rest) {
        const code = await codeOf(bus.publish(exchange, message, { deadlineEpochMs: Date.now() + 5_000 }));
        log.record(String(message.headers['x-id']), code === '' ? 'confirmed' : 'unknown');
        codes.add(code);
      }
      return rest.length;
    };

    await publishRest();
    const refused = log.ids('unknown').length;
    await openWorkersOf(application, { bus, names: ['second'] });
    let repetitions = 0;
    const isDone = async () => {
      repetitions += 1;
      return (await publishRest()) === 0;
    };
    await until(isDone, { timeoutMs: 120_000 });

    const first = await expectKept(log, () => application.find('first'));
    const second = await expectKept(log, () => application.find('second'));
    printFigures('F8', {
      'refused at first': refused,
      repetitions,
      ...first,
      'in the second': second.stored,
    });
    expect(refused).to.be.above(0);
    expect(codes).to.deep.equal(new Set(['', 'BROKER_REFUSED']));
    expect([first.stored, second.stored]).to.deep.equal([count, count]);
  });
});
