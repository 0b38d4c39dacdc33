import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { RequestError } from '@restmapper/core';
import { findTracer } from '@restmapper/core/tracing';
import { expect } from 'chai';
import { idOf, parentOf, recordSpans } from '../../../../test/support/recorded-spans.ts';
import { until } from '../../../../test/support/until.ts';
import { Reject, Retry } from '../../src/work/errors.ts';
import { usePostgres } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

const calls = '/calls/{id}:POST';

describe('the span of a message', function () {
  this.timeout(20_000);

  it("is a child of the request's span, and the parent of the handler's", async () => {
    const spans = recordSpans();
    const { request, bus } = await useWorkers({
      db: await usePostgres(),
      call: async (_call, { db, publish }) => {
        await db.query("SELECT 'secret' FROM pg_class WHERE relname = $1", ['secret']);
        await db.transaction((tx) => tx.query('SELECT 1'));
        await publish('POST /events', { data: 'secret' });
      },
    });

    await request('POST /calls/{id}');

    const span = spans.named(`process ${calls}`);
    expect(span.kind).to.equal(SpanKind.CONSUMER);
    expect(span.attributes).to.deep.include({
      'messaging.system': bus.system,
      'messaging.operation.type': 'process',
      'messaging.destination.name': calls,
      'restmapper.worker': 'call',
      'restmapper.message.attempt': 1,
      'restmapper.outcome': 'reply',
    });
    expect(parentOf(span)).to.equal(idOf(spans.named(`request ${calls}`)));
    const children = spans.all().filter((other) => parentOf(other) === idOf(span));
    expect(children.map(({ name }) => name)).to.deep.equal([
      'SELECT pg_class',
      'BEGIN',
      'SELECT',
      'COMMIT',
      'publish /events:POST',
    ]);
    expect(JSON.stringify(children.map(({ attributes }) => attributes))).not.to.contain('secret');
  });

  it("is linked to the publisher's, in a separate trace for each attempt", async () => {
    const spans = recordSpans();
    const { publish } = await useWorkers({
      db: await usePostgres(),
      event: async (_call, { message }) => {
        if (message.attempt === 1) throw new Retry(1);
      },
    });

    await publish('POST /events', '1');

    const attempts = await until(() => {
      const found = spans.all().filter(({ attributes }) => attributes['restmapper.worker'] === 'event');
      return found.length === 2 && found;
    });
    const publisher = spans.named('publish /events:POST');
    expect(attempts.map(({ attributes }) => attributes['restmapper.message.attempt'])).to.deep.equal([1, 2]);
    expect(attempts.map(({ attributes }) => attributes['restmapper.outcome'])).to.deep.equal([
      'retry',
      'ack',
    ]);
    expect(new Set([publisher, ...attempts].map((span) => span.spanContext().traceId)).size).to.equal(3);
    for (const { links, status } of attempts) {
      expect(links.map(({ context }) => context.spanId)).to.deep.equal([idOf(publisher)]);
      expect(status.code).to.equal(SpanStatusCode.UNSET);
    }
  });

  it('of a batch is linked to all publishers', async () => {
    const spans = recordSpans();
    const { publish } = await useWorkers({ db: await usePostgres() });

    const ids = await Promise.all([publish('POST /messages/', '{}'), publish('POST /messages/', '{}')]);

    const span = await until(() => spans.all().find(({ kind }) => kind === SpanKind.CONSUMER));
    expect(span.attributes['messaging.batch.message_count']).to.equal(2);
    expect(span.links.map(({ attributes }) => attributes?.['messaging.message.id'])).to.deep.equal(ids);
    expect(parentOf(spans.named('SELECT restmapper_append'))).to.equal(idOf(span));
  });

  it('records an error once, without its text', async () => {
    const spans = recordSpans();
    const { request } = await useWorkers({
      db: await usePostgres(),
      call: async (_call, { db }) => db.query("SELECT 'secret'::int"),
    });

    await request('POST /calls/{id}');

    const failed = spans.all().filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed.map(({ name, attributes }) => [name, attributes['error.type']])).to.deep.equal([
      ['SELECT', '22P02'],
      [`process ${calls}`, '22P02'],
      [`request ${calls}`, '500'],
    ]);
    expect(failed[0]?.attributes['db.response.status_code']).to.equal('22P02');
    expect(failed.flatMap(({ events }) => events.map(({ name }) => name))).to.deep.equal(['exception']);
    expect(JSON.stringify(failed.map(({ attributes, events }) => [attributes, events]))).not.to.contain(
      'secret',
    );
  });

  it('does not fail because of an answer below 500', async () => {
    const spans = recordSpans();
    const { request } = await useWorkers({
      db: await usePostgres(),
      call: () => Promise.reject(new RequestError(404, 'NO_ORDER', { detail: 'no such order' })),
    });

    await request('POST /calls/{id}');

    const { status, attributes } = spans.named(`process ${calls}`);
    expect(status.code).to.equal(SpanStatusCode.UNSET);
    expect(attributes['restmapper.reply.status']).to.equal(404);
  });

  it('fails with a rejected message', async () => {
    const spans = recordSpans();
    const { publish } = await useWorkers({
      db: await usePostgres(),
      event: () => Promise.reject(new Reject('secret')),
    });

    await publish('POST /events', '1');

    const span = await until(() =>
      spans.all().find(({ attributes }) => attributes['restmapper.worker'] === 'event'),
    );
    expect(span.attributes).to.include({ 'restmapper.outcome': 'reject', 'error.type': 'Reject' });
  });
});

describe('the span of a statement', () => {
  it('exists only within a recorded trace, and says where the database is', async () => {
    const spans = recordSpans();
    const db = await usePostgres();
    const tracer = findTracer();

    await db.query('SELECT 1');
    await tracer?.startActiveSpan('work', async (span) => {
      await db.query('SELECT 2');
      span.end();
    });

    const { attributes, kind } = spans.named('SELECT');
    expect(kind).to.equal(SpanKind.CLIENT);
    expect(attributes).to.include({ 'db.system.name': 'postgresql', 'db.operation.name': 'SELECT' });
    expect(attributes['db.namespace']).to.match(/^workers_/);
    expect(attributes['server.address']).to.be.a('string');
  });
});
