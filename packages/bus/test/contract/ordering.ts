import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus, ConsumeOptions, QueueSubscription } from '../../src/contract/bus.ts';
import type { Delivery, Outcome, Reply } from '../../src/contract/message.ts';
import {
  ack,
  createEvents,
  createGate,
  createMessage,
  createOrdered,
  createRpc,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';
import { union } from './replacing.ts';

/** The key of a message whose text is its key and a number, such as `a1`. */
const orderingKey = ({ body }: Delivery): string => String(body).slice(0, 1);

const retry: Outcome = { kind: 'retry', delayMs: 20, reason: 'not yet', isFailure: true };

/** What a handler did: `a1` began, `/a1` ended. */
interface Log {
  readonly entries: string[];
  readonly subscription: QueueSubscription;
  began(): readonly string[];
}

interface WorkOptions extends ConsumeOptions {
  /** @default an ack after some milliseconds */
  readonly outcome?: (delivery: Delivery, signal: AbortSignal) => Outcome | Promise<Outcome>;
}

/** Consumes an ordered queue, and logs when each message begins and ends. */
async function work(
  bus: Bus,
  queue: string,
  { outcome = slowAck, ...options }: WorkOptions = {},
): Promise<Log> {
  const entries: string[] = [];
  const handler = (batch: readonly Delivery[], signal: AbortSignal): Promise<Outcome[]> =>
    Promise.all(
      batch.map(async (delivery) => {
        entries.push(String(delivery.body));
        const decided = await outcome(delivery, signal);
        entries.push(`/${String(delivery.body)}`);
        return decided;
      }),
    );
  const subscription = bus.consume(queue, handler, { concurrency: 8, orderingKey, ...options });
  await subscription.ready;
  return { entries, subscription, began: () => entries.filter((entry) => !entry.startsWith('/')) };
}

async function slowAck(): Promise<Outcome> {
  await sleep(2 + 6 * Math.random());
  return ack;
}

async function publish(bus: Bus, exchange: string, texts: readonly string[]): Promise<void> {
  for (const text of texts)
    await bus.publish(exchange, createMessage(text), { ...within(), routingKey: '0' });
}

/** `a1`, `b1`, `a2`, `b2` … */
function interleaved(keys: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => keys.split('').map((key) => `${key}${n + 1}`)).flat();
}

function ofKey(key: string, texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text.replace('/', '').startsWith(key));
}

export function describeOrder(open: OpenBus): void {
  describe('an ordered queue', () => {
    it('has one message of a key in progress at a time, in order, and other keys beside it', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      const texts = interleaved('abcd', 8);
      await publish(bus, exchange, texts);

      const log = await work(bus, queue);

      await until(() => log.entries.length === 2 * texts.length);
      for (const key of 'abcd') {
        const expected = ofKey(key, texts).flatMap((text) => [text, `/${text}`]);
        expect(ofKey(key, log.entries)).to.deep.equal(expected);
      }
      expect(log.entries.slice(0, 4).every((entry) => !entry.startsWith('/'))).to.equal(true);
    });

    it('has one message in progress at a time without keys', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      const texts = interleaved('ab', 4);
      await publish(bus, exchange, texts);

      const log = await work(bus, queue, { orderingKey: undefined });

      await until(() => log.entries.length === 2 * texts.length);
      expect(log.entries).to.deep.equal(texts.flatMap((text) => [text, `/${text}`]));
    });

    it('puts each key once into a batch', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      await publish(bus, exchange, ['a1', 'a2', 'b1', 'a3', 'c1', 'b2']);
      const batches: string[][] = [];

      bus.consume(
        queue,
        async (batch) => {
          batches.push(batch.map(({ body }) => String(body)));
          return batch.map(() => ack);
        },
        { batchSize: 10, batchWaitMs: 50, orderingKey },
      );

      await until(() => batches.flat().length === 6);
      expect(batches).to.deep.equal([['a1', 'b1', 'c1'], ['a2', 'b2'], ['a3']]);
    });

    it('holds a message to be retried, and the others of its key with it', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      await publish(bus, exchange, ['a1', 'a2', 'b1']);
      const attempts: (readonly [string, number, number])[] = [];

      await work(bus, queue, {
        outcome: ({ body, attempt, failures }) => {
          attempts.push([String(body), attempt, failures]);
          return String(body) === 'a1' && attempt < 3 ? retry : ack;
        },
      });

      await until(() => attempts.length === 5);
      expect(attempts).to.deep.equal([
        ['a1', 1, 0],
        ['b1', 1, 0],
        ['a1', 2, 1],
        ['a1', 3, 2],
        ['a2', 1, 0],
      ]);
    });

    it('goes on with the next message of a key when one is rejected', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      await publish(bus, exchange, ['a1', 'a2']);

      const log = await work(bus, queue, {
        outcome: ({ body, attempt }) => {
          if (String(body) !== 'a1') return ack;
          return attempt < 2 ? retry : { kind: 'reject', reason: 'no' };
        },
      });

      await until(() => log.entries.includes('/a2'));
      const found: unknown[] = [];
      await until(async () => {
        await bus.browseDeadLetters(queue, ({ body, reason, attempts }) => {
          found.push([String(body), reason, attempts]);
          return 'purge';
        });
        return found.length > 0;
      });
      expect(found).to.deep.equal([['a1', 'no', 2]]);
      expect(log.began()).to.deep.equal(['a1', 'a1', 'a2']);
    });

    it('goes to the next consumer when what is in progress is done', async () => {
      const { topology, exchange, queue } = createOrdered();
      const [one, two] = [await open(topology), await open(topology)];
      const gate = createGate();
      const first = await work(one, queue, {
        outcome: async () => {
          await gate.passed;
          return ack;
        },
      });
      await publish(one, exchange, ['a1', 'b1', 'a2', 'b2']);
      await until(() => first.entries.length === 2);
      const second = await work(two, queue);

      const closed = first.subscription.close();
      await sleep(300);
      const meanwhile = [...second.entries];
      gate.open();
      await closed;

      await until(() => second.entries.length === 4);
      expect(meanwhile).to.deep.equal([]);
      expect(first.began()).to.deep.equal(['a1', 'b1']);
      expect(second.began()).to.have.members(['a2', 'b2']);
    });

    it('starts nothing while paused, and goes on in order', async () => {
      const { topology, exchange, queue } = createOrdered();
      const bus = await open(topology);
      const gate = createGate();
      const log = await work(bus, queue, {
        outcome: async ({ body }) => {
          if (String(body) === 'a1') await gate.passed;
          return ack;
        },
      });
      await publish(bus, exchange, ['a1', 'a2', 'a3']);
      await until(() => log.entries.length === 1);

      await log.subscription.pause();
      await publish(bus, exchange, ['b1']);
      gate.open();
      await until(() => log.entries.length === 2);
      await sleep(200);
      const meanwhile = [...log.entries];
      log.subscription.resume();

      await until(() => log.entries.length === 8);
      expect(meanwhile).to.deep.equal(['a1', '/a1']);
      expect(ofKey('a', log.began())).to.deep.equal(['a1', 'a2', 'a3']);
    });

    it('is ready although it started paused, and has taken nothing', async () => {
      const { topology, exchange, queue } = createOrdered();
      const [one, two] = [await open(topology), await open(topology)];
      await publish(one, exchange, ['a1']);
      const subscription = one.consume(queue, async (batch) => batch.map(() => ack));
      await subscription.pause();
      await subscription.ready;

      const other = await work(two, queue, {
        outcome: ({ redelivered }) => (redelivered ? { kind: 'reject', reason: 'redelivered' } : ack),
      });

      await until(() => other.entries.includes('/a1'));
      await subscription.close();
    });

    for (const kind of ['requeue', 'release'] as const) {
      it(`starts a message again before the others of its key after ${kind}`, async () => {
        const { topology, exchange, queue } = createOrdered();
        const bus = await open(topology);
        await publish(bus, exchange, ['a1', 'a2', 'a3']);
        let isFirst = true;

        const log = await work(bus, queue, {
          outcome: () => {
            if (!isFirst) return ack;
            isFirst = false;
            return { kind };
          },
        });

        await until(() => log.entries.includes('/a3'));
        expect(log.began()).to.deep.equal(['a1', 'a1', 'a2', 'a3']);
      });
    }

    it('answers requests of a key one after the other', async () => {
      const { topology, exchange, queue } = createRpc({ isOrdered: true });
      const bus = await open(topology);
      const log = await work(bus, queue, {
        outcome: async ({ body }) => {
          await sleep(50);
          return { kind: 'reply', body };
        },
      });

      const requests: Promise<Reply>[] = [];
      for (const text of ['a1', 'a2', 'b1', 'a3']) {
        const sent = createGate();
        requests.push(
          bus.request(exchange, createMessage(text), { ...within(), onConfirm: () => sent.open() }),
        );
        await sent.passed;
      }
      const replies = await Promise.all(requests);

      expect(replies.map(({ body }) => String(body))).to.deep.equal(['a1', 'a2', 'b1', 'a3']);
      expect(ofKey('a', log.entries)).to.deep.equal(['a1', '/a1', 'a2', '/a2', 'a3', '/a3']);
      expect(log.entries.indexOf('b1')).to.be.lessThan(log.entries.indexOf('a2'));
    });

    it('drops requests whose deadline passed behind others of their key', async () => {
      const { topology, exchange, queue } = createRpc({ isOrdered: true });
      const bus = await open(topology);
      const gate = createGate();
      const log = await work(bus, queue, {
        outcome: async ({ body }) => {
          await gate.passed;
          return { kind: 'reply', body };
        },
      });
      const first = bus.request(exchange, createMessage('a1'), within());
      await until(() => log.entries.length === 1);

      const late = await bus
        .request(exchange, createMessage('a2'), within(100))
        .catch((error: Error) => error);
      gate.open();
      await first;
      await bus.request(exchange, createMessage('a3'), within());

      expect(late).to.have.property('code', 'RPC_TIMEOUT');
      expect(log.began()).to.deep.equal(['a1', 'a3']);
    });

    it('shares no subscription with other queues', async () => {
      const [ordered, others] = [createOrdered(), createEvents()];
      const bus = await open(union(ordered.topology, others.topology));

      const consume = () => bus.consume([ordered.queue, others.queue], async (batch) => batch.map(() => ack));

      expect(consume).to.throw(TypeError, 'ordered queues share no subscription with others');
    });
  });
}
