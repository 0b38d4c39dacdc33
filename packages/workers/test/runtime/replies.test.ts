import { createMessageId } from '@restmapper/core';
import { type Bus, encodeEnvelope, type Reply } from '@restmapper/bus';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { openPostgres } from '../../src/database/postgres.ts';
import { reply } from '../../src/work/reply.ts';
import { createTestDatabase } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

/** Calls the handler `call`; returns everything of its reply. */
async function ask(bus: Bus): Promise<Reply> {
  const parts = { data: Buffer.from('1'), args: Buffer.from('null') };
  const message = {
    messageId: createMessageId(),
    type: 'POST /calls/{id}',
    timestampMs: Date.now(),
    headers: {},
  };
  const body = encodeEnvelope(parts);
  return bus.request('/calls/{id}:POST', { ...message, body }, { deadlineEpochMs: Date.now() + 5000 });
}

function recordLog() {
  const lines: { message: string; error: string }[] = [];
  const write = (fields: object, message: string): void => {
    lines.push({ message, error: 'err' in fields ? String(fields.err) : '' });
  };
  return { lines, log: { debug() {}, info() {}, warn: write, error: write } };
}

describe('the reply of a handler', () => {
  let db: Database;

  beforeEach(async () => {
    const database = use(await createTestDatabase(), ({ drop }) => drop());
    db = use(openPostgres({ url: database.url }), (db) => db.close());
  });

  it('has the status, the type and the headers that it chooses', async () => {
    const { bus } = await useWorkers({
      db,
      call: async () =>
        reply('id\n7\n', { status: 203, type: 'text/csv', headers: { 'X-Total': 1, etag: '"7"' } }),
    });

    const { body, httpHeaders, ...others } = await ask(bus);

    expect(String(body)).to.equal('id\n7\n');
    expect({ ...httpHeaders }).to.deep.equal({ 'x-total': '1', etag: '"7"' });
    expect(others).to.include({ status: 203, contentType: 'text/csv; charset=utf-8', kind: 'value' });
  });

  it('is answered 502 and logged when the endpoint does not declare it', async () => {
    const { lines, log } = recordLog();
    const { bus } = await useWorkers({ db, log, call: async () => reply('a', { type: 'text/html' }) });

    const { status, kind, body } = await ask(bus);

    expect({ status, kind }).to.deep.equal({ status: 502, kind: 'error' });
    expect(JSON.parse(String(body))).to.deep.equal({
      error: {
        code: 'BAD_REPLY',
        description:
          "the handler's reply cannot be sent: the type text/html is not under `produces` of POST /calls/{id}",
      },
    });
    expect(lines).to.have.length(1);
    expect(lines[0]?.error).to.match(/text\/html/);
  });

  it('is answered 500 and logged when HTTP cannot carry it', async () => {
    const { lines, log } = recordLog();
    const { bus } = await useWorkers({ db, log, call: async () => reply({}, { headers: { etag: '7' } }) });

    expect(await ask(bus)).to.include({ status: 500, kind: 'error' });

    expect(lines[0]?.error).to.equal(
      'TypeError: the header etag must be in quotes, as in "7" or W/"7", and is 7',
    );
  });

  it('is ignored for an event, and the log says so once', async () => {
    const { lines, log } = recordLog();
    let handled = 0;
    const { publish, deadLetters } = await useWorkers({
      db,
      log,
      event: async () => {
        handled += 1;
        return reply({}, { status: 202 });
      },
    });
    const letters = deadLetters('POST /events');

    await publish('POST /events', '1');
    await publish('POST /events', '2');

    await until(() => handled === 2 && lines.length > 0);
    expect(lines.map(({ message }) => message)).to.deep.equal([
      'the reply of a handler is ignored: its endpoint answers before the handler runs',
    ]);
    expect(letters).to.deep.equal([]);
  });
});
