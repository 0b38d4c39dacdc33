import type { Delivery, Message } from '@restmapper/bus';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import {
  type Application,
  openApplication,
  openBusOf,
  openWorkersOf,
  withDatabase,
} from './support/application.ts';
import { createEvent } from './support/calls.ts';
import { printFigures } from '../support/figures.ts';
import { CallLog, expectKept, type Verdict } from './support/oracle.ts';
import { faultTimeoutMs } from '../support/rounds.ts';

/** Data that PostgreSQL or the worker refuses, each for a reason of its own. */
const poison: readonly (readonly [data: Buffer, reason: RegExp])[] = [
  [Buffer.from('"\\u0000"'), /^22P05: /],
  [Buffer.from([0x22, 0x00, 0x22]), /^22021: .*NUL/],
  [Buffer.from([0x22, 0xff, 0x22]), /^22021: .*UTF-8/],
  [Buffer.from('"\\ud800"'), /^22P02: /],
  [Buffer.from('"\\udc00\\ud800"'), /^22P02: /],
  [Buffer.from('1e400000'), /^22003: /],
  [Buffer.from('['.repeat(6000) + ']'.repeat(6000)), /^54001: /],
  [Buffer.from('nonsense'), /^22P02: /],
  [Buffer.from('{"a":1,}'), /^22P02: /],
];

/** With fewer messages, opening the workers takes as long as storing them. */
const messageCount = 10_000;
const atOnce = 500;

/** The kind of poison at this index, if there is one: every hundredth message is poison. */
function poisonAt(index: number): readonly [Buffer, RegExp] | undefined {
  return index % 100 === 50 ? poison[Math.floor(index / 100) % poison.length] : undefined;
}

interface Drained {
  readonly verdict: Verdict;
  readonly perSecond: number;
}

/** Publishes messages, and has a worker store them. */
async function drain(application: Application, messages: readonly Message[]): Promise<Drained> {
  const bus = await openBusOf(application);
  const log = new CallLog();
  for (let from = 0; from < messages.length; from += atOnce) {
    const publishing = messages.slice(from, from + atOnce).map(async (message) => {
      await bus.publish(application.exchange, message, { deadlineEpochMs: Date.now() + 10_000 });
      log.record(String(message.headers['x-id']), 'confirmed');
    });
    await Promise.all(publishing);
  }
  const startMs = performance.now();
  await openWorkersOf(application, { bus });
  const newest = String(messages.at(-1)?.headers['x-id']);
  await withDatabase(application.databaseUrl, async (client) => {
    const isStored = async () =>
      (await client.query(`SELECT FROM message WHERE message->>'id' = $1`, [newest])).rows.length > 0;
    await until(isStored, { timeoutMs: 60_000 });
  });
  const perSecond = (messages.length * 1000) / (performance.now() - startMs);
  return { verdict: await expectKept(log, application.find), perSecond };
}

/** Consumes the dead letters; returns their reasons by message id. */
async function takeReasons(application: Application, count: number): Promise<ReadonlyMap<string, string>> {
  const bus = await openBusOf(application);
  const reasons = new Map<string, string>();
  const handle = async (batch: readonly Delivery[]) => {
    for (const { headers } of batch) reasons.set(String(headers['x-id']), String(headers['x-dead-reason']));
    return batch.map(() => ({ kind: 'ack' }) as const);
  };
  bus.consume(`${application.exchange}.dead`, handle, { batchSize: 100 });
  await until(() => reasons.size === count);
  return reasons;
}

/** Has one worker store only clean messages, and another the same with poison among them. */
async function compare() {
  const indexes = Array.from({ length: messageCount }, (_none, index) => index);
  const clean = await drain(
    await openApplication(),
    indexes.map((index) => createEvent(String(index))),
  );
  const application = await openApplication();
  const poisoned = await drain(
    application,
    indexes.map((index) => createEvent(String(index), poisonAt(index)?.[0])),
  );
  const poisonedIndexes = indexes.filter(poisonAt);
  const reasons = await takeReasons(application, poisonedIndexes.length);
  return { clean, poisoned, poisonedIndexes, reasons };
}

/** Other load, or a slow disk, may slow down one of the two, but hardly six times in a row. */
const mostTries = 6;

describe('F16: one message in a hundred that cannot be stored, of nine kinds', function () {
  this.timeout(2 * faultTimeoutMs);

  it('is dead-lettered with its reason, and the others are stored at half the rate or more', async () => {
    let share = 0;
    for (let tries = 0; tries < mostTries && share < 0.5; tries += 1) {
      const { clean, poisoned, poisonedIndexes, reasons } = await compare();

      const { verdict, perSecond } = poisoned;
      const dead = poisonedIndexes.length;
      printFigures('F16', { ...verdict, 'per second': perSecond, 'per second clean': clean.perSecond });
      expect(verdict).to.include({ stored: messageCount - dead, dead });
      for (const index of poisonedIndexes) {
        expect(reasons.get(String(index)), `message ${index}`).to.match(poisonAt(index)?.[1] ?? /^$/);
      }
      share = perSecond / clean.perSecond;
    }
    expect(share).to.be.at.least(0.5);
  });
});
