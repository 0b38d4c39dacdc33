import { expect } from 'chai';
import type { FileProblem } from '@restmapper/core';
import { memoryTopologyOf, topologyOf } from '../../src/index.ts';
import { parse, problemsOf } from '../parse.ts';

const endpoints = `endpoints:
  POST /quote: { rpc: { queue: legacy_quotes }, body: true }
  POST /events/{region}:
    publish: { exchange: events, routingKey: 'order.{params.region}.{data.kind}' }
    body: { type: object, properties: { kind: { type: string } } }
`;

describe('an endpoint whose messages go to another application', () => {
  it('is read with its defaults', () => {
    const [quote, events] = parse(endpoints).endpoints;

    expect(quote?.exchange).to.equal('');
    expect(quote?.delivery).to.deep.equal({
      kind: 'rpc',
      timeoutMs: 10_000,
      foreign: { kind: 'queue', queue: 'legacy_quotes', format: 'raw' },
    });
    expect(events?.exchange).to.equal('events');
    expect(events?.delivery).to.deep.include({ kind: 'publish', timeoutMs: 5000 });
    expect(events?.delivery.foreign).to.deep.include({ kind: 'exchange', exchange: 'events', format: 'raw' });
  });

  it('has no exchange and no queue that a process declares', () => {
    const { exchanges, queues, bindings, foreign } = topologyOf(parse(endpoints));

    expect([exchanges, queues, bindings]).to.deep.equal([[], [], []]);
    expect(foreign).to.deep.equal({ exchanges: ['events'], queues: ['legacy_quotes'], bindings: [] });
  });

  it('may get its replies through an exchange of that application, even one named `RPC`', () => {
    const model = parse('endpoints: { POST /quote: { rpc: { queue: q, replyExchange: RPC }, body: true } }');

    expect(model.endpoints[0]?.delivery.foreign).to.deep.include({ queue: 'q', replyExchange: 'RPC' });
    expect(topologyOf(model).foreign).to.deep.equal({
      exchanges: [],
      queues: ['q'],
      bindings: [],
      replies: [{ queue: 'q', exchange: 'RPC' }],
    });
    expect(memoryTopologyOf(model).foreign).to.deep.equal({ exchanges: [], queues: ['q'], bindings: [] });
  });

  it('may be an output of workers, whose exchange belongs to the topology', () => {
    const model = parse(
      'outputs: { credit: { exchange: accounts, routingKey: "credit.{data.user}", body: true } }\nendpoints: { POST /a: { rpc: true } }\n',
    );

    expect(model.outputs[0]).to.deep.include({ key: 'credit', exchange: 'accounts', query: undefined });
    expect(topologyOf(model).foreign).to.deep.equal({ exchanges: ['accounts'], queues: [], bindings: [] });
  });

  it('has an exchange on a bus in memory, and no queue', () => {
    const { exchanges, foreign } = memoryTopologyOf(parse(endpoints));

    expect(exchanges).to.deep.equal([{ name: 'events', type: 'topic' }]);
    expect(foreign).to.deep.equal({ exchanges: [], queues: ['legacy_quotes'], bindings: [] });
  });

  it('has its exchange declared if the file says so', () => {
    const { exchanges, foreign } = topologyOf(
      parse(`endpoints:
  POST /a: { publish: { exchange: events, declare: topic } }
  POST /b: { publish: { exchange: events, routingKey: b, format: envelope } }
`),
    );

    expect(exchanges).to.deep.equal([{ name: 'events', type: 'topic' }]);
    expect(foreign).to.deep.equal({ exchanges: [], queues: [], bindings: [] });
  });

  for (const [title, [text, ...problems]] of Object.entries({
    'a feed': [
      'endpoints:\n  POST /a: { publish: { exchange: e }, feed: f }',
      '2:40 `feed` needs an exchange of this file, and `POST /a` sends its messages to another application',
    ],
    'a worker': [
      'endpoints:\n  POST /a: { rpc: { queue: q } }\nworkers:\n  w: { on: POST /a, use: ./w.ts }',
      '4:12 no worker of this file can have the messages of `POST /a`, which go to another application',
    ],
    'a worker on the queue of another application': [
      'endpoints:\n  POST /a: { rpc: { queue: q } }\n  POST /b: { fanout: true }\nworkers:\n  w: { on: POST /b, use: ./w.ts, queue: q }',
      '2:28 the queue `q` belongs to this system, not to another application',
    ],
    'a value that no call has': [
      'endpoints:\n  POST /a/{id}: { publish: { exchange: e, routingKey: "{params.di}" } }',
      '2:55 `params.di`: the path of `POST /a/{id}` has no parameter `{di}`; did you mean `id`?',
    ],
    'a brace without a value': [
      'endpoints:\n  POST /a: { publish: { exchange: e, routingKey: "a.{" } }',
      '2:50 `a.{` has a `{` without its counterpart',
    ],
    'a format without a queue': [
      'endpoints:\n  POST /a: { rpc: { format: raw } }',
      '2:21 `format` only fits a `queue` of another application',
    ],
    'an exchange for replies without a queue': [
      'endpoints:\n  POST /a: { rpc: { replyExchange: r } }',
      '2:21 `replyExchange` only fits a `queue` of another application',
    ],
    'an empty exchange for replies': [
      'endpoints:\n  POST /a: { rpc: { queue: q, replyExchange: "" } }',
      '2:46 `replyExchange` must be text, not empty',
    ],
    'an exchange for replies that is too long': [
      `endpoints:\n  POST /a: { rpc: { queue: q, replyExchange: ${'r'.repeat(256)} } }`,
      '2:46 `replyExchange` must have at most 255 bytes, not 256',
    ],
    'two exchanges for the replies of one queue': [
      'endpoints:\n  POST /a: { rpc: { queue: q } }\n  POST /b: { rpc: { queue: q, replyExchange: r } }',
      '3:14 the replies from the queue `q` come through the default exchange at another endpoint',
    ],
    'an exchange of the file for replies': [
      'endpoints:\n  POST /a: { fanout: true }\n  POST /b: { rpc: { queue: q, replyExchange: /a:POST } }',
      '3:46 the exchange `/a:POST` belongs to this system, not to another application',
    ],
    'the exchange of replies of the file': [
      'endpoints:\n  POST /a: { rpc: true }\n  POST /b: { rpc: { queue: q, replyExchange: RPC } }',
      '3:46 the workers of `POST /a` reply through `RPC` too; put either into a file of its own',
    ],
    'no exchange': [
      'endpoints:\n  POST /a: { publish: { routingKey: a } }',
      '2:14 `publish` lacks the key `exchange`',
    ],
    'a worker on an output': [
      'outputs:\n  o: { exchange: e }\nworkers:\n  w: { on: o, use: ./w.ts }\nendpoints: { POST /a: { fanout: true } }',
      '4:12 no worker of this file can have the messages of `o`, which go to another application',
    ],
    'an output without an exchange, of one name with an internal source': [
      'outputs:\n  o: { routingKey: a }\ninternal: { o: { fanout: true } }',
      '2:3 `o` lacks the key `exchange`',
      '2:3 `o` is also an internal source; give one of them another name',
    ],
    'a value that no output has': [
      'outputs:\n  o: { exchange: e, routingKey: "a.{params.id}" }\ninternal: { p: { fanout: true } }',
      '2:33 `params.id`: the path of `o` has no parameter `{id}`',
    ],
    'an answer to a worker': [
      'outputs:\n  o: { exchange: e, answer: id }\ninternal: { p: { fanout: true } }',
      '2:21 unknown key `answer`',
    ],
    'a queue between workers': [
      'internal:\n  quote: { rpc: { queue: q } }',
      '2:19 `queue` only fits endpoints: a source between workers has a queue of its own',
    ],
    'an event of another application between workers': [
      'internal:\n  quote: { publish: { exchange: e } }',
      "2:3 `quote` needs exactly one of `fanout` (publish and confirm) and `rpc` (wait for a worker's reply)",
      '2:12 unknown key `publish`',
    ],
    'an empty name': [
      'endpoints:\n  POST /a: { publish: { exchange: "" } }',
      '2:35 `exchange` must be text, not empty',
    ],
    'a name that is too long': [
      `endpoints:\n  POST /a: { rpc: { queue: ${'q'.repeat(256)} } }`,
      '2:28 `queue` must have at most 255 bytes, not 256',
    ],
    'a routing key of 300 bytes': [
      `endpoints:\n  POST /a: { publish: { exchange: e, routingKey: ${'k'.repeat(300)} } }`,
      '2:50 `routingKey` must have at most 255 bytes, not 300',
    ],
    'a routing key with a NUL': [
      'endpoints:\n  POST /a: { publish: { exchange: e, routingKey: "a\\0" } }',
      '2:50 `routingKey` must not contain control characters',
    ],
    'an exchange of the file': [
      'endpoints:\n  POST /a: { fanout: true }\n  POST /b: { publish: { exchange: /a:POST } }',
      '3:35 the exchange `/a:POST` belongs to this system, not to another application',
    ],
    'the exchange of replies': [
      'endpoints:\n  POST /b: { publish: { exchange: RPC } }',
      '2:35 the exchange `RPC` belongs to this system, not to another application',
    ],
    'a queue of the file': [
      'endpoints:\n  POST /a: { fanout: true }\n  POST /b: { rpc: { queue: /a:POST.dead } }',
      '3:28 the queue `/a:POST.dead` belongs to this system, not to another application',
    ],
  })) {
    it(`reports ${title}`, () => {
      expect(problemsOf(text ?? '')).to.deep.equal(problems);
    });
  }

  const notesOf = (text: string): readonly string[] => {
    const notes: FileProblem[] = [];
    parse(text, { onNote: (note) => notes.push(note) });
    return notes.map(({ message }) => message);
  };

  it('is noted when its message lacks values of the call', () => {
    const lost = notesOf(`endpoints:
  GET /a/{id}/{lang}:
    publish: { exchange: e, routingKey: '{params.lang}' }
    query: { properties: { limit: { type: integer } } }
`);

    expect(lost).to.deep.equal([
      'the message has no `{id}`, `limit`: with `format: raw` it is the body alone',
    ]);
  });

  it('is noted when its routing key looks like a pattern', () => {
    const [note, ...others] = notesOf(
      'endpoints:\n  POST /a: { publish: { exchange: e, routingKey: "order.#" } }',
    );

    expect(note).to.contain('only bindings have patterns');
    expect(others).to.deep.equal([]);
  });
});
