import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, encodeEnvelope, openAmqpBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { amqpUrl, deleteTopology, withChannel } from '../../../../test/support/amqp.ts';
import { makeTemporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Terminal } from '@restmapper/host';
import { openModel } from '@restmapper/host';
import { runProgram } from '../../src/program.ts';

interface Rig {
  readonly key: string;
  readonly queue: string;
  readonly bus: Bus;
  /** Publishes messages whose worker rejects each with its own text as the reason; returns their ids. */
  readonly kill: (reasons: readonly string[]) => Promise<readonly string[]>;
  /** Runs `restmapper dlq …`; returns the exit code and the output. */
  readonly dlq: (...args: string[]) => Promise<{ code: number; out: string; err: string; asked: string[] }>;
  /** The answer of the user at the terminal. */
  answer: string | undefined;
}

async function openRig(): Promise<Rig> {
  const path = `/${randomUUID()}`;
  const file = join(await makeTemporaryFolder('dlq'), 'endpoints.yaml');
  await writeFile(file, `endpoints:\n  POST ${path}: { fanout: true, body: true }\n`);
  const topology = use(topologyOf(openModel(file, {})), deleteTopology);
  const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'test', log: silentLog });
  use(bus, () => bus.close({ timeoutMs: 2000 }));
  const queue = `${path}:POST`;
  const rig: Rig = {
    key: `POST ${path}`,
    queue,
    bus,
    answer: undefined,
    async kill(reasons) {
      const subscription = bus.consume(queue, async (batch) =>
        batch.map(({ body }) => ({ kind: 'reject' as const, reason: JSON.parse(String(body)).data })),
      );
      await subscription.ready;
      const ids: string[] = [];
      for (const reason of reasons) {
        const [data, args] = [Buffer.from(JSON.stringify(reason)), Buffer.from('null')];
        const message = {
          body: encodeEnvelope({ data, args }),
          messageId: createMessageId(),
          type: rig.key,
          timestampMs: Date.now(),
          headers: { 'x-request-id': `request-${ids.length}` },
        };
        await bus.publish(queue, message, { deadlineEpochMs: Date.now() + 5000 });
        ids.push(message.messageId);
      }
      await until(async () => (await bus.browseDeadLetters(queue, () => 'keep')).seen === reasons.length);
      await subscription.close();
      return ids;
    },
    async dlq(...args) {
      const said = { out: '', err: '', asked: [] as string[] };
      const code = await runProgram(['dlq', ...args, '--file', file], {
        ...quietConsole,
        print: (text) => void (said.out += text),
        printError: (text) => void (said.err += text),
        ask: async (question) => {
          said.asked.push(question);
          return rig.answer;
        },
      });
      return { code, ...said };
    },
  };
  return rig;
}

/** A file whose worker `engine` has three partitions. */
async function openDividedRig() {
  const name = randomUUID();
  const file = join(await makeTemporaryFolder('dlq'), 'endpoints.yaml');
  const worker = `on: POST /${name}, use: ./engine.js, orderingKey: data.id, partitions: 3, queue: ${name}`;
  await writeFile(
    file,
    `endpoints: { POST /${name}: { fanout: true, body: true } }\nworkers: { engine: { ${worker} } }\n`,
  );
  const topology = use(topologyOf(openModel(file, {})), deleteTopology);
  const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'test', log: silentLog });
  use(bus, () => bus.close({ timeoutMs: 2000 }));
  await until(() => bus.status.state === 'up');
  return {
    name,
    /** Puts a dead letter for each reason into the dead letters of queues. */
    fill: (letters: Readonly<Record<string, readonly string[]>>) =>
      withChannel(async (channel) => {
        for (const [queue, reasons] of Object.entries(letters))
          for (const reason of reasons)
            channel.sendToQueue(`${queue}.dead`, Buffer.from('{}'), {
              persistent: true,
              messageId: createMessageId(),
              headers: { 'x-dead-reason': reason, 'x-dead-queue': queue },
            });
        for (const [queue, { length }] of Object.entries(letters))
          await until(async () => (await channel.checkQueue(`${queue}.dead`)).messageCount === length);
      }),
    async dlq(args: readonly string[], answer?: string) {
      const said = { out: '', err: '', asked: [] as string[] };
      const code = await runProgram(['dlq', ...args, '--file', file], {
        ...quietConsole,
        print: (text) => void (said.out += text),
        printError: (text) => void (said.err += text),
        ask: async (question) => {
          said.asked.push(question);
          return answer;
        },
      });
      return { code, ...said };
    },
  };
}

const quietConsole: Omit<Terminal, 'print' | 'printError' | 'ask'> = {
  env: { AMQP_URL: amqpUrl() },
  isTerminal: false,
  readFile: () => '',
  readFileBytes: () => Buffer.alloc(0),
  readInput: async () => '',
  readInputBytes: async () => Buffer.alloc(0),
  onReloadRequested: () => {},
  stopRequested: new Promise(() => {}),
  exit: () => {},
};

describe('restmapper dlq', function () {
  this.timeout(20_000);

  it('lists the queues that have dead letters, and why', async () => {
    const { dlq, kill, queue } = await openRig();
    const before = await dlq('list');
    await kill(['too late', 'too small', 'too late']);

    const { code, out } = await dlq('list');
    const json = await dlq('list', '--json');

    expect(before).to.include({ code: 0, out: 'no dead letters\n' });
    expect(code).to.equal(0);
    expect(out).to.equal(`${queue}  3 dead letters\n      2  too late\n      1  too small\n`);
    expect(JSON.parse(json.out)).to.deep.equal([
      {
        queue,
        letters: 3,
        reasons: [
          { reason: 'too late', letters: 2 },
          { reason: 'too small', letters: 1 },
        ],
        examined: 3,
      },
    ]);
  });

  it('shows messages, oldest first, and leaves them there', async () => {
    const { dlq, kill, queue, key } = await openRig();
    const [id] = await kill(['\u001b[2J', 'second', 'third']);

    const first = await dlq('show', queue, '--limit', '1');
    const all = await dlq('show', key, '--json');

    expect(first.out).to.contain(id).and.to.contain(key).and.to.contain('\\u001b[2J');
    expect(first.out).not.to.contain('\u001b').and.not.to.contain('second');
    const views = all.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(views.map(({ reason }) => reason)).to.deep.equal(['\u001b[2J', 'second', 'third']);
    expect(views[1]).to.include({
      endpoint: key,
      queue,
      attempts: 1,
      requestId: 'request-1',
      body: '{"data":"second","args":null}',
    });
  });

  it('replays those with an id or a reason, once, under their ids', async () => {
    const { dlq, kill, queue, bus } = await openRig();
    const [first = '', second = ''] = await kill(['no stock', 'no funds', 'no stock at all', 'gone']);

    const byId = await dlq('replay', `${queue}.dead`, '--id', second.toUpperCase());
    const byReason = await dlq('replay', queue, '--reason', 'NO STOCK', '--limit', '1');

    const back: string[] = [];
    bus.consume(queue, async (batch) => {
      back.push(...batch.map(({ messageId }) => messageId));
      return batch.map(() => ({ kind: 'ack' }));
    });
    await until(() => back.length === 2);
    expect(byId).to.include({ code: 0, out: `replayed 1 dead letter to ${queue}\n` });
    expect(byReason).to.include({ code: 0, out: `replayed 1 dead letter to ${queue}\n` });
    expect(back).to.deep.equal([second, first]);
    expect((await dlq('list')).out).to.contain('2 dead letters');
  });

  it('purges only after confirmation', async () => {
    const rig = await openRig();
    const { dlq, kill, queue } = rig;
    await kill(['1', '2', '3']);

    const unasked = await dlq('purge', queue);
    rig.answer = 'no';
    const refused = await dlq('purge', queue);
    rig.answer = 'y';
    const agreed = await dlq('purge', queue, '--reason', '2');
    const forced = await dlq('purge', queue, '--yes');

    expect(unasked.code).to.equal(1);
    expect(unasked.err).to.contain('--yes');
    expect(refused).to.deep.include({
      code: 1,
      out: '',
      asked: [`Delete 3 dead letters of ${queue} permanently? [y/N] `],
    });
    expect(agreed).to.include({ code: 0, out: `deleted 1 dead letter of ${queue}\n` });
    expect(forced).to.deep.include({ code: 0, out: `deleted 2 dead letters of ${queue}\n`, asked: [] });
  });

  it('goes through all queues of a worker that has several, named by it or by one of them', async () => {
    const { dlq, fill, name } = await openDividedRig();
    await fill({ [`${name}#0`]: ['no', 'no'], [`${name}#2`]: ['gone'] });

    const list = await dlq(['list']);
    const shown = await dlq(['show', 'engine', '--json']);
    const one = await dlq(['replay', `${name}#2`]);
    const asked = await dlq(['purge', 'engine'], 'y');
    const none = await dlq(['replay', name]);

    expect(list.out).to.equal(
      [
        `${name}  3 dead letters in 2 of 3 queues`,
        `  ${name}#0  2 dead letters`,
        '        2  no',
        `  ${name}#2  1 dead letter`,
        '        1  gone',
        '',
      ].join('\n'),
    );
    const queues = shown.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).queue);
    expect(queues).to.deep.equal([`${name}#0`, `${name}#0`, `${name}#2`]);
    expect(one.out).to.equal(`replayed 1 dead letter to ${name}#2\n`);
    expect(asked.asked).to.deep.equal(['Delete 2 dead letters of engine permanently? [y/N] ']);
    expect(asked.out).to.equal(`deleted 2 dead letters of ${name}#0\n`);
    expect(none.out).to.equal(`replayed 0 dead letters to ${name}\n`);
  });

  it('reports wrong arguments, and what it cannot do without a broker', async () => {
    const { dlq, queue } = await openRig();

    const unknown = await dlq('show', '/none').catch((error: unknown) => error);
    const limit = await dlq('replay', queue, '--limit', '0');
    const embedded = await runProgram(['dlq', 'list'], {
      ...quietConsole,
      env: {},
      print: () => {},
      printError: () => {},
      ask: async () => undefined,
    }).catch((error: unknown) => error);

    expect(unknown).to.have.property('message').that.contains(queue);
    expect(limit.code).to.equal(2);
    expect(embedded).to.have.property('message').that.contains('AMQP_URL');
  });
});
