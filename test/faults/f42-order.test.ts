import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { type Bus, encodeEnvelope } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import { createFindRoute, type Source } from '@restmapper/endpoints';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { type Command, killCommand, stopCommand, untilReady } from '../system/command.ts';
import { type Application, openApplication, openBusOf } from './support/application.ts';
import { judgeOrder, type TimedLine } from './support/order-oracle.ts';
import { openProxyTo, type ServerProxy } from './support/proxy.ts';

const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

/** Writes the journal: when each run begins, ends, and loses its message; every hundredth fails at first. */
const engine = `
import { defineHandler } from ${JSON.stringify(workersIndex)};
import { appendFileSync } from 'node:fs';

const write = (line) => appendFileSync(process.env.JOURNAL, JSON.stringify({ ...line, atMs: Date.now() }) + '\\n');
let runs = 0;

export default defineHandler(async (call, { signal, message }) => {
  const { key, n } = call.data;
  const run = process.pid + '.' + (runs += 1);
  write({ t: 'begin', key, n, run, pid: process.pid });
  signal.addEventListener('abort', () => write({ t: 'abort', run }), { once: true });
  await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 150));
  if (signal.aborted) throw signal.reason;
  if (n % 10 === 3 && key.endsWith('7') && message.attempt === 1) {
    write({ t: 'fail', run });
    throw new Error('at first');
  }
  write({ t: 'end', key, n, run, pid: process.pid });
});
`;

/** About how long each fault takes, with the pause before it. */
const faultMs = 3_000;

/** A place for a process, which is restarted there, behind its own connection to the broker. */
interface Slot {
  readonly proxy: ServerProxy;
  command: Command;
}

type Fault = 'kill' | 'restart' | 'cut' | 'broker';

/** The faults in an order that spreads each kind over the run. */
function planOf(counts: Readonly<Record<Fault, number>>): readonly Fault[] {
  const kinds: readonly Fault[] = ['kill', 'restart', 'cut', 'broker'];
  const placed = kinds.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_none, i) => ({ kind, at: (i + 0.5) / counts[kind] })),
  );
  return placed.toSorted((a, b) => a.at - b.at).map(({ kind }) => kind);
}

interface Sending {
  readonly bus: Bus;
  readonly source: Source;
  readonly key: string;
  readonly n: number;
}

/** Publishes a message until the broker has confirmed it. */
async function publishOne({ bus, source, key, n }: Sending): Promise<void> {
  const data = Buffer.from(JSON.stringify({ key, n }));
  const { routingKey, headers = {} } = createFindRoute(source)?.({ data }) ?? { routingKey: '' };
  const message = {
    body: encodeEnvelope({ data, args: Buffer.from('null') }),
    messageId: createMessageId(),
    type: source.key,
    timestampMs: Date.now(),
    headers,
  };
  for (;;) {
    try {
      return await bus.publish(source.exchange, message, { routingKey, deadlineEpochMs: Date.now() + 5_000 });
    } catch {
      await sleep(100);
    }
  }
}

describe('F42: an ordered worker whose processes, connections and broker fail', function () {
  this.timeout(faultTimeoutMs * 2);

  it('completes the messages of each key in order, one at a time, and loses none', async () => {
    const [keys, messages] = [sized({ short: 100, full: 1_000 }), sized({ short: 20, full: 50 })];
    const counts = {
      kill: sized({ short: 2, full: 20 }),
      restart: sized({ short: 2, full: 20 }),
      cut: sized({ short: 2, full: 20 }),
      broker: sized({ short: 1, full: 5 }),
    };
    const journal = join(await mkdtemp(join(tmpdir(), 'restmapper-order-')), 'journal');
    const application = await openApplication({
      workers: (key) =>
        `  engine: { on: ${key}, use: ./engine.mjs, database: false, orderingKey: data.key, partitions: 8, concurrency: 32 }`,
      files: { 'engine.mjs': engine },
    });
    const slots = await Promise.all([1, 2, 3, 4].map(() => openSlot(application, journal)));
    const bus = await openBusOf(application);
    const [source] = application.model.endpoints;
    if (!source) throw new Error('the file has an endpoint');

    const names = Array.from({ length: keys }, (_none, i) => `key${i}`);
    const plan = planOf(counts);
    // All the time, so that every fault meets messages in progress.
    const paceMs = (faultMs * plan.length) / messages;
    const sending = Promise.all(
      names.map(async (key) => {
        for (let n = 0; n < messages; n += 1) {
          await sleep(2 * paceMs * Math.random());
          await publishOne({ bus, source, key, n });
        }
      }),
    );
    for (const [i, fault] of plan.entries()) {
      await sleep(1_500 + 1_000 * Math.random());
      const slot = slots[i % slots.length];
      if (slot) await cause(fault, { slot, slots, application, journal });
    }
    await sending;

    const sent = keys * messages;
    await until(async () => judgeOrder(await readJournal(journal)).completed === sent, {
      timeoutMs: 60_000,
      everyMs: 1_000,
    });
    const verdict = judgeOrder(await readJournal(journal));
    printFigures('F42', { sent, ...counts, ...verdict });
    expect(verdict).to.include({ completed: sent, outOfOrder: 0, overlaps: 0 });
    await Promise.all(slots.map(({ command }) => stopCommand(command)));
  });
});

async function openSlot(application: Application, journal: string): Promise<Slot> {
  const proxy = await openProxyTo(application.broker);
  return { proxy, command: await startEngine(application, { proxy, journal }) };
}

async function startEngine(
  application: Application,
  { proxy, journal }: { readonly proxy: ServerProxy; readonly journal: string },
): Promise<Command> {
  const command = await application.start('work', { amqpUrl: proxy.url, env: { JOURNAL: journal } });
  await untilReady(command);
  return command;
}

interface Place {
  readonly slot: Slot;
  readonly slots: readonly Slot[];
  readonly application: Application;
  readonly journal: string;
}

async function cause(fault: Fault, { slot, slots, application, journal }: Place): Promise<void> {
  const { broker } = application;
  const note = (t: 'kill' | 'cut', { command: { child } }: Slot): void =>
    appendFileSync(journal, `${JSON.stringify({ t, pid: child.pid, atMs: Date.now() })}\n`);
  switch (fault) {
    case 'cut':
      note('cut', slot);
      return slot.proxy.reset();
    case 'broker':
      for (const each of slots) note('cut', each);
      await broker.kill();
      return broker.start();
    case 'kill':
      note('kill', slot);
      await killCommand(slot.command);
      break;
    case 'restart':
      await stopCommand(slot.command);
      break;
  }
  slot.command = await startEngine(application, { proxy: slot.proxy, journal });
}

async function readJournal(journal: string): Promise<readonly TimedLine[]> {
  const lines = (await readFile(journal, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as TimedLine);
}
