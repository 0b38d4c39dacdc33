import { BusError } from '../../../src/contract/errors.ts';
import { createMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { amqpUrl } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { runTap, type TapNotice, type TapOptions } from '../../../src/amqp/tapping/tap.ts';
import { openBrokerProxy, openForeignChannel, openUpBus, uniqueName, urlThrough } from '../fixtures.ts';

interface Rig {
  readonly exchange: string;
  readonly publish: (body: string) => Promise<void>;
  readonly tap: (options?: Partial<TapOptions>) => Promise<Tap>;
}

interface Tap {
  readonly bodies: readonly string[];
  readonly notices: readonly TapNotice[];
}

async function openRig(): Promise<Rig> {
  const exchange = uniqueName();
  const bus = await openUpBus({
    exchanges: [{ name: exchange, type: 'fanout' }],
    queues: [{ kind: 'work', name: exchange, deliveryLimit: 20 }],
    bindings: [{ exchange, queue: exchange, routingKey: '' }],
  });
  return {
    exchange,
    publish: (body) =>
      bus.publish(
        exchange,
        {
          body: Buffer.from(body),
          messageId: createMessageId(),
          type: 'POST /a',
          timestampMs: Date.now(),
          headers: {},
        },
        { deadlineEpochMs: Date.now() + 5_000 },
      ),
    tap: (options) => openTap({ exchange, ...options }),
  };
}

/** Runs a tap until the test ends; resolves when messages flow. */
async function openTap(options: Partial<TapOptions>): Promise<Tap> {
  const tap = { bodies: [] as string[], notices: [] as TapNotice[] };
  const end = new AbortController();
  const running = runTap({
    urls: [amqpUrl()],
    exchange: '',
    name: 'test',
    listener: async ({ body }) => void tap.bodies.push(String(body)),
    onNotice: (notice) => tap.notices.push(notice),
    signal: end.signal,
    ...options,
  });
  use(end, async () => {
    end.abort();
    await running.catch(() => {});
  });
  await Promise.race([running, until(() => tap.notices.length > 0)]);
  return tap;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return error instanceof BusError ? `${error.code} ${error.message}` : String(error);
}

describe('runTap', function () {
  this.timeout(20_000);

  it('copies the messages of an exchange, in order, and takes none from its queues', async () => {
    const { exchange, publish, tap } = await openRig();
    const { bodies } = await tap();

    for (const body of ['1', '2', '3']) await publish(body);

    await until(() => bodies.length === 3);
    expect(bodies).to.deep.equal(['1', '2', '3']);
    const { messageCount } = await (await openForeignChannel()).checkQueue(exchange);
    expect(messageCount).to.equal(3);
  });

  it('copies the messages of each routing key', async () => {
    const exchange = uniqueName();
    const keys = ['eu', 'us'];
    const bus = await openUpBus({
      exchanges: [{ name: exchange, type: 'direct' }],
      queues: [{ kind: 'work', name: exchange, deliveryLimit: 20 }],
      bindings: [...keys, 'other'].map((routingKey) => ({ exchange, queue: exchange, routingKey })),
    });
    const tap = await openTap({ exchange, routingKeys: keys });

    for (const routingKey of ['us', 'other', 'eu']) {
      const message = { messageId: createMessageId(), type: 'POST /a', timestampMs: Date.now(), headers: {} };
      await bus.publish(
        exchange,
        { ...message, body: Buffer.from(routingKey) },
        { routingKey, deadlineEpochMs: Date.now() + 5_000 },
      );
    }

    await until(() => tap.bodies.length === 2);
    expect(tap.bodies).to.deep.equal(['us', 'eu']);
  });

  it('holds no more than its queue for a slow reader, reports it, and skips to the newest', async () => {
    const { publish, tap } = await openRig();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const bodies: string[] = [];
    const { notices } = await tap({
      maxMessages: 5,
      listener: async ({ body }) => {
        bodies.push(String(body));
        await gate;
      },
    });

    for (let body = 1; body <= 60; body += 1) await publish(String(body));
    await until(() => notices.some(({ kind }) => kind === 'slow'));
    expect(bodies).to.deep.equal(['1']);
    release();

    await until(() => bodies.includes('60'));
    expect(bodies).to.have.length.below(30);
  });

  it('resumes after a lost connection, and reports it', async () => {
    const { publish, tap } = await openRig();
    const proxy = await openBrokerProxy();
    const { bodies, notices } = await tap({ urls: [urlThrough(proxy)] });

    proxy.reset();
    await until(() => notices.at(-1)?.kind === 'open' && notices.length > 1);
    await publish('after');

    await until(() => bodies.length > 0);
    expect(bodies).to.deep.equal(['after']);
    expect(notices.map(({ kind }) => kind)).to.deep.equal(['open', 'lost', 'open']);
  });

  it('fails when the exchange does not exist, or the broker is down', async () => {
    const missing = await codeOf(openTap({ exchange: uniqueName() }));
    const down = await codeOf(openTap({ urls: ['amqp://127.0.0.1:1'], connectTimeoutMs: 500 }));

    expect(missing).to.contain('BROKER_REFUSED cannot use the exchange amqp/').and.to.contain('NOT_FOUND');
    expect(down).to.contain('BROKER_UNAVAILABLE').and.to.contain('no server listens there');
  });
});
