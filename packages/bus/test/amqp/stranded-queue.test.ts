import { expect } from 'chai';
import { type Broker, openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { collect, createEvents, createMessage, createRpc, expectCode, within } from '../contract/fixtures.ts';
import { openUpBus } from './fixtures.ts';

/** Ends a queue's process, as when its node goes down; returns a function that restarts it. */
async function endProcessOf(queue: string, broker: Broker): Promise<() => Promise<unknown>> {
  const printed = await broker.rabbitmqctl(
    'eval',
    `{ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"${queue}">>)),
    {dictionary, Words} = process_info(amqqueue:get_pid(Queue), dictionary),
    [Supervisor | _] = proplists:get_value('$ancestors', Words),
    ok = supervisor:terminate_child(Supervisor, rabbit_amqqueue),
    pid_to_list(Supervisor).`,
  );
  const [supervisor = ''] = /<[\d.]+>/.exec(printed) ?? [];
  const restart = `supervisor:restart_child(list_to_pid("${supervisor}"), rabbit_amqqueue).`;
  return () => broker.rabbitmqctl('eval', restart);
}

describe('an rpc queue whose node is down', () => {
  it('blocks nothing else, and answers again when it is back', async function () {
    this.timeout(60_000);
    const broker = use(await openBroker(), (broker) => broker.close());
    const [events, rpc] = [createEvents(), createRpc()];
    const topology = {
      exchanges: [...rpc.topology.exchanges, ...events.topology.exchanges],
      queues: [...rpc.topology.queues, ...events.topology.queues],
      bindings: [...rpc.topology.bindings, ...events.topology.bindings],
    };
    const urls = [broker.url];
    await (await openUpBus(topology, { urls })).close();
    const bringBack = await endProcessOf(rpc.queue, broker);

    const bus = await openUpBus(topology, { urls });

    await collect(bus, events.queue);
    void collect(bus, rpc.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await bus.publish(events.exchange, createMessage('an event'), within());
    await expectCode(bus.request(rpc.exchange, createMessage(), within()), 'BROKER_REFUSED');
    await bringBack();
    const reply = await until(() => bus.request(rpc.exchange, createMessage('again'), within(1_000)), {
      timeoutMs: 30_000,
    });
    expect(reply.body.toString()).to.equal('again');
  });
});
