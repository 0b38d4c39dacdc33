import { RequestError } from '@restmapper/core';
import { defineHandler } from '@restmapper/workers';
import { expect } from 'chai';
import { createCall, createContext } from '../../src/testing/create-context.ts';

describe('the context of a handler under test', () => {
  it('records what the handler publishes and logs', async () => {
    const { handle } = defineHandler<{ count: number }>(async ({ data }, { publish, log }) => {
      log.warn({ count: data.count }, 'many');
      await publish('POST /audit', { data });
      return data.count * 2;
    });
    const context = createContext();

    const reply = await handle(createCall({ data: { count: 2 } }), context);

    expect(reply).to.equal(4);
    expect(context.published).to.deep.equal([{ endpoint: 'POST /audit', data: { count: 2 } }]);
    expect(context.logged).to.deep.equal([{ level: 'warn', message: 'many', fields: { count: 2 } }]);
  });

  it("has a call, a message and a signal like a worker's", () => {
    const given = { message: { attempt: 3 }, options: { zone: 'eu' } };
    const { message, options, signal, deadlineEpochMs } = createContext(given);

    expect(createCall()).to.deep.equal({
      data: null,
      args: null,
      params: {},
      headers: {},
      identity: null,
    });
    expect(message).to.include({ attempt: 3, requestId: undefined });
    expect(message.id).to.match(/^[\da-f-]{36}$/);
    expect(options).to.deep.equal({ zone: 'eu' });
    expect(signal.aborted).to.equal(false);
    expect(deadlineEpochMs).to.equal(undefined);
  });

  it('has the plugins that the test passes', () => {
    const { plugins } = createContext({ plugins: { checks: { tcp: 7 } } });

    expect(plugins['checks']?.get('tcp')).to.equal(7);
    expect([plugins['checks']?.get('http'), plugins['constructor']]).to.deep.equal([undefined, undefined]);
    expect(Object.keys(createContext().plugins)).to.deep.equal([]);
  });

  it('answers and records what the handler asks of other workers', async () => {
    const replies = {
      'price.of': 450,
      'tax.of': ({ data }: { data?: unknown }) => Number(data) / 5,
      'stock.of': new RequestError(404, 'NO_SUCH_ARTICLE'),
    };
    const { request, requested } = createContext({ replies });

    const price = await request('price.of', { data: 'tea' }, { timeoutMs: 100 });
    const tax = await request('tax.of', { data: 450 });
    const failed = await request('stock.of').catch((error: unknown) => error);
    const unknown = await request('rate.of').catch((error: unknown) => error);

    expect([price, tax]).to.deep.equal([450, 90]);
    expect(failed).to.include({ status: 404, code: 'NO_SUCH_ARTICLE' });
    expect(unknown).to.be.an('error').and.have.property('message').that.contains('createContext({ replies:');
    expect(requested.slice(0, 2)).to.deep.equal([
      { endpoint: 'price.of', data: 'tea', timeoutMs: 100 },
      { endpoint: 'tax.of', data: 450 },
    ]);
  });

  it('accepts a stub of query, also for transactions', async () => {
    const asked: string[] = [];
    const query = async (sql: string): Promise<readonly never[]> => {
      asked.push(sql);
      return [];
    };
    const { db } = createContext({ db: { query } });

    await db.query('SELECT 1');
    await db.transaction((tx) => tx.query('SELECT 2'));

    expect(asked).to.deep.equal(['SELECT 1', 'SELECT 2']);
  });

  it('explains what to do when the handler uses a database that the test does not provide', async () => {
    const error: unknown = await createContext()
      .db.query('SELECT 1')
      .catch((error: unknown) => error);

    expect(error).to.be.an('error').and.have.property('message').that.contains('createContext({ db:');
  });

  it('does not catch the errors of the handler', async () => {
    const { handle } = defineHandler(async () => {
      throw new RequestError(404, 'GONE');
    });

    const error: unknown = await handle(createCall(), createContext()).catch((error: unknown) => error);

    expect(error).to.include({ status: 404, code: 'GONE' });
  });
});
