import { createMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { openApplication, openBusOf, withDatabase } from './support/application.ts';
import { createEvent } from './support/calls.ts';
import { readProcessFigures, toMegabytes } from './support/process-figures.ts';

/** 300 KB that PostgreSQL stores in 9 KB and writes as 540 MB: longer than any string in Node. */
const heavy = `[${'1e-16383,'.repeat(33_000)}1]`;

/** How much a worker's memory may grow, though gigabytes are requested. */
const maxGrowthBytes = 256 * 1024 * 1024;

const largest = 40;

describe('F37: rows that PostgreSQL writes longer than they arrived', function () {
  this.timeout(faultTimeoutMs);

  it('are refused on arrival, and crash no process when they already exist', async () => {
    const application = await openApplication({
      endpoints: (path) =>
        `  GET ${path}: { rpc: { timeout: 60s }, query: { properties: { limit: { type: integer } } } }`,
      workers: (key) =>
        [
          `  store: { on: ${key}, use: append, table: message }`,
          `  pages: { on: ${key.replace('POST', 'GET')}, use: page, table: message }`,
        ].join('\n'),
    });
    const { databaseUrl } = application;
    const [gateway, worker] = await Promise.all([application.open('serve'), application.open('work')]);
    const url = application.urlAt(gateway);
    const post = async (body: string) =>
      await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const codeOf = async (limit: number): Promise<unknown> => {
      const response = await fetch(`${url}?limit=${limit}`);
      const body = (await response.json()) as { code?: string; messages?: unknown[] };
      return response.ok ? body.messages?.length : body.code;
    };

    const refused = await post(heavy);
    const bus = await openBusOf(application);
    const foreign = createEvent('foreign', Buffer.from(heavy));
    await bus.publish(application.exchange, foreign, { deadlineEpochMs: Date.now() + 10_000 });
    const dead = await until(async () => {
      const { dead } = await application.find();
      return dead.length > 0 && dead;
    });
    await withDatabase(databaseUrl, async (client) => {
      const insert = 'INSERT INTO message (id, message_id, message) VALUES ($1, $2, $3)';
      await client.query(insert, [1, createMessageId(), '"light"']);
      await client.query(insert, [2, createMessageId(), heavy]);
      for (let id = 3; id < 3 + largest; id += 1) {
        await client.query(insert, [id, createMessageId(), JSON.stringify('x'.repeat(1024 * 1024))]);
      }
      await client.query('UPDATE restmapper_head SET position = $1', [2 + largest]);
    });
    const before = await readProcessFigures(worker);
    const codes = new Set<unknown>();
    for (let round = 0; round < sized({ short: 1, full: 20 }); round += 1) {
      for (const limit of [largest, 100]) codes.add(await codeOf(limit));
    }
    const few = await codeOf(5);
    const light = await post('{"id":"light"}');
    const after = await readProcessFigures(worker);

    const growthBytes = after.memoryBytes - before.memoryBytes;
    printFigures('F37', { 'grown MB': toMegabytes(growthBytes) });
    expect(refused.status).to.equal(400);
    expect(dead).to.deep.equal(['foreign']);
    expect([...codes]).to.deep.equal(['REPLY_TOO_LARGE']);
    expect(few).to.equal(5);
    expect(light.status).to.equal(200);
    await until(async () => (await codeOf(1)) === 1);
    expect(growthBytes).to.be.below(maxGrowthBytes);
  });
});
