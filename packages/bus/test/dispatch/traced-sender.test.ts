import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { createMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { idOf, parentOf, recordSpans } from '../../../../test/support/recorded-spans.ts';
import { use } from '../../../../test/support/use.ts';
import type { BatchHandler, Bus } from '../../src/contract/bus.ts';
import type { Delivery, Message, Outcome, PartialReply } from '../../src/contract/message.ts';
import { openMemoryBus } from '../../src/memory/open-memory-bus.ts';
import { createEvents, createRpc } from '../contract/fixtures.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = `00-${traceId}-00f067aa0ba902b7-01`;

function messageWith(headers: Message['headers'] = {}): Message {
  return { body: Buffer.from('{}'), messageId: createMessageId(), type: 'GET /x', timestampMs: 1, headers };
}

interface Answering {
  readonly bus: Bus;
  readonly exchange: string;
  readonly received: Delivery[];
}

function openRpc(outcome: Outcome): Answering {
  const { topology, exchange, queue } = createRpc();
  const bus = use(openMemoryBus({ topology }), (bus) => bus.close());
  const received: Delivery[] = [];
  const answer: BatchHandler = async (batch) => {
    received.push(...batch);
    return batch.map(() => outcome);
  };
  bus.consume(queue, answer);
  return { bus, exchange, received };
}

const soon = () => ({ deadlineEpochMs: Date.now() + 5000 });
const ok: Outcome = { kind: 'reply', body: Buffer.from('1') };

describe('a message of a process with an OpenTelemetry SDK', () => {
  it('belongs to the span of its request, which continues the trace of the headers', async () => {
    const spans = recordSpans();
    const { bus, exchange, received } = openRpc(ok);
    const message = messageWith({ traceparent: caller, 'x-request-id': 'r1' });

    await bus.request(exchange, message, soon());

    const span = spans.named(`request ${exchange}`);
    expect(span.kind).to.equal(SpanKind.CLIENT);
    expect(span.attributes).to.deep.equal({
      'messaging.system': 'memory',
      'messaging.operation.name': 'request',
      'messaging.operation.type': 'send',
      'messaging.destination.name': exchange,
      'messaging.message.id': message.messageId,
    });
    expect(parentOf(span)).to.equal('00f067aa0ba902b7');
    expect(received[0]?.headers).to.deep.equal({
      traceparent: `00-${traceId}-${idOf(span)}-01`,
      'x-request-id': 'r1',
    });
  });

  it('belongs to the span of its event, with the routing key', async () => {
    const spans = recordSpans();
    const { topology, exchange } = createEvents();
    const bus = use(openMemoryBus({ topology }), (bus) => bus.close());

    await bus.publish(exchange, messageWith(), { ...soon(), routingKey: 'eu' });

    const span = spans.named(`publish ${exchange}:eu`);
    expect(span.kind).to.equal(SpanKind.PRODUCER);
    expect(span.attributes).to.include({ 'messaging.rabbitmq.destination.routing_key': 'eu' });
  });

  it('fails its span with the code of the bus', async () => {
    const spans = recordSpans();
    const { topology, exchange } = createRpc();
    const bus = use(openMemoryBus({ topology }), (bus) => bus.close());

    await bus.request(exchange, messageWith(), soon()).catch(() => {});

    const { status, attributes } = spans.named(`request ${exchange}`);
    expect(status).to.deep.equal({ code: SpanStatusCode.ERROR });
    expect(attributes['error.type']).to.equal('NO_WORKER');
  });

  for (const [status, isFailure] of [
    [404, false],
    [500, true],
  ] as const) {
    it(`${isFailure ? 'fails' : 'does not fail'} its span with a reply of status ${status}`, async () => {
      const spans = recordSpans();
      const { bus, exchange } = openRpc({ ...ok, status, isError: true });

      await bus.request(exchange, messageWith(), soon());

      const { status: result, attributes } = spans.named(`request ${exchange}`);
      expect(attributes['restmapper.reply.status']).to.equal(status);
      expect(attributes['error.type']).to.equal(isFailure ? '500' : undefined);
      expect(result.code).to.equal(isFailure ? SpanStatusCode.ERROR : SpanStatusCode.UNSET);
    });
  }

  it('has a span from the first of several replies to the last', async () => {
    const spans = recordSpans();
    const { bus, exchange, received } = openRpc({ kind: 'replies', replies: () => repeat(3) });
    const seen: number[] = [];

    for await (const { body } of bus.requestMany(exchange, messageWith(), { ...soon(), idleMs: 5000 })) {
      seen.push(Number(body));
      expect(spans.all()).to.deep.equal([]);
    }

    const span = spans.named(`request ${exchange}`);
    expect(seen).to.deep.equal([0, 1, 2]);
    expect(received[0]?.headers['traceparent']).to.contain(idOf(span));
  });

  it('has a span that ends when the caller leaves the replies', async () => {
    const spans = recordSpans();
    const { bus, exchange } = openRpc({ kind: 'replies', replies: () => repeat(3) });

    for await (const reply of bus.requestMany(exchange, messageWith(), { ...soon(), idleMs: 5000 })) {
      expect(String(reply.body)).to.equal('0');
      break;
    }

    expect(spans.named(`request ${exchange}`).status.code).to.equal(SpanStatusCode.UNSET);
  });
});

describe('a message of a process without an SDK', () => {
  it('keeps its headers', async () => {
    const { bus, exchange, received } = openRpc(ok);

    await bus.request(exchange, messageWith({ traceparent: caller }), soon());

    expect(received[0]?.headers).to.deep.equal({ traceparent: caller });
  });
});

async function* repeat(count: number): AsyncGenerator<PartialReply> {
  for (let n = 0; n < count; n += 1) yield { body: Buffer.from(String(n)) };
}
