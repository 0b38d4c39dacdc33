import { expect } from 'chai';
import type { FileProblem } from '@restmapper/core';
import { asyncApiOf, memoryTopologyOf, openApiOf, topologyOf, typesOf } from '../../src/index.ts';
import { parse, problemsOf } from '../parse.ts';

const file = `inputs:
  usage:
    from:
      - { exchange: metering, bind: 'usage.#' }
      - { exchange: legacy, match: { kind: order } }
      - { exchange: ours, declare: topic }
    id: order.id
    body: { type: object, required: [order] }
  old: { queue: legacy.orders }
workers:
  store: { on: usage, use: append, table: usage }
  also: { on: usage, use: ./also.ts, queue: also }
  old: { on: old, use: ./old.ts }
`;

describe('an input', () => {
  it('is read with its defaults', () => {
    const [usage, old] = parse(file).inputs;

    expect(usage?.exchange).to.equal('input:usage');
    expect(usage?.origin).to.deep.equal({
      from: [
        { exchange: 'metering', routingKey: 'usage.#' },
        { exchange: 'legacy', routingKey: '', match: { kind: 'order' } },
        { exchange: 'ours', routingKey: '#', declare: 'topic' },
      ],
      queue: undefined,
      id: ['order', 'id'],
    });
    expect(old).to.deep.include({ body: true, feed: undefined, query: undefined });
    expect(old?.origin).to.deep.equal({ from: [], queue: 'legacy.orders', id: undefined });
  });

  it('has a queue for each worker, bound to exchanges of which none is declared unless it says so', () => {
    const { exchanges, queues, bindings, foreign } = topologyOf(parse(file));

    expect(exchanges).to.deep.equal([{ name: 'ours', type: 'topic' }]);
    expect(queues.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      'work input:usage',
      'work also',
      'work input:old',
    ]);
    expect(bindings).to.deep.equal([
      { exchange: 'ours', queue: 'input:usage', routingKey: '#' },
      { exchange: 'ours', queue: 'also', routingKey: '#' },
    ]);
    expect(foreign).to.deep.equal({
      exchanges: ['metering', 'legacy'],
      queues: [],
      consumed: [{ name: 'legacy.orders', returnsTo: 'input:old' }],
      bindings: ['input:usage', 'also'].flatMap((queue) => [
        { exchange: 'metering', queue, routingKey: 'usage.#' },
        { exchange: 'legacy', queue, routingKey: '', arguments: { kind: 'order' } },
      ]),
    });
  });

  it('has exchanges of the types that it needs, and its existing queue, on a bus in memory', () => {
    const { exchanges, queues } = memoryTopologyOf(parse(file));

    expect(exchanges.map(({ name, type }) => `${type} ${name}`)).to.deep.equal([
      'topic ours',
      'topic metering',
      'headers legacy',
    ]);
    expect(queues.map(({ name }) => name)).to.include('legacy.orders');
  });

  it('is received in AsyncAPI, is not in OpenAPI, and has types', () => {
    const model = parse(file);
    const document = asyncApiOf(model, { version: '1' });
    const operations = Object.keys(document['operations'] as object);
    const channels = JSON.stringify(document['channels']);

    expect(operations).to.deep.equal([
      'receive.queue.usage',
      'receive.queue.usage.also',
      'receive.queue.old',
      'receive.queue.old.existing',
    ]);
    expect(channels).to.contain('{"exchange":"metering","routingKey":"usage.#"}');
    expect(channels).to.contain('"queue":{"name":"legacy.orders"}');
    expect(openApiOf(model, { version: '1' })['paths']).to.deep.equal({});
    expect(typesOf(model)).to.match(/usage: \{\n {4}body: UsageBody;/);
  });

  for (const [title, [text, ...problems]] of Object.entries({
    'neither exchanges nor a queue': [
      'inputs:\n  a: { id: id }',
      '2:3 `a` needs exactly one of `from` (exchanges of other applications) and `queue` (an existing queue)',
    ],
    'both exchanges and a queue': [
      'inputs:\n  a: { from: [{ exchange: e }], queue: q }',
      '2:3 `a` needs exactly one of `from` (exchanges of other applications) and `queue` (an existing queue)',
    ],
    'one exchange without a list': [
      'inputs:\n  a: { from: { exchange: e, bind: x } }',
      "2:14 `from` must be a list of exchanges, such as `[{ exchange: metering, bind: 'usage.#' }]`",
    ],
    'a list of names': [
      'inputs:\n  a: { from: [metering] }',
      "2:15 `from[0]` must be a mapping such as `{ exchange: metering, bind: 'usage.#' }`",
    ],
    'an entry without its exchange': [
      'inputs:\n  a: { from: [{ bind: x }] }',
      '2:15 `from[0]` lacks the key `exchange`',
    ],
    'several keys in one entry': [
      'inputs:\n  a: { from: [{ exchange: e, bind: [x, y] }] }',
      '2:36 `bind` must be one routing key or pattern, such as `usage.#`; for several, list the exchange several times',
    ],
    'a routing key and headers': [
      'inputs:\n  a: { from: [{ exchange: e, bind: x, match: { k: v } }] }',
      '2:30 an entry has either `bind`, for the routing key, or `match`, for headers',
    ],
    'a routing key and headers of one exchange': [
      'inputs:\n  a: { from: [{ exchange: e, bind: x }, { exchange: e, match: { k: v } }] }',
      '2:41 `e` cannot have `bind` and `match`: only a headers exchange matches headers, and it has no routing keys',
    ],
    'a headers exchange that is declared': [
      'inputs:\n  a: { from: [{ exchange: e, match: { k: v }, declare: topic }] }',
      '2:47 `match` needs a headers exchange, and `declare` makes a topic exchange',
    ],
    'a mode of matching that there is not': [
      'inputs:\n  a: { from: [{ exchange: e, match: { k: v, x-match: some } }] }',
      '2:54 `x-match` must be one of all, any, all-with-x, any-with-x, not "some"',
    ],
    'a header that is a list': [
      'inputs:\n  a: { from: [{ exchange: e, match: { k: [v] } }] }',
      '2:42 `k` must be text or a number',
    ],
    'the name of an internal source': [
      'internal: { a: { fanout: true } }\ninputs:\n  a: { queue: q }',
      '3:3 `a` is also an internal source; give one of them another name',
    ],
    'the name of an output': [
      'outputs:\n  a: { exchange: e }\ninputs:\n  a: { queue: q }',
      '2:3 `a` is also an input; give one of them another name',
    ],
    'an exchange of the file': [
      'internal: { b: { fanout: true } }\ninputs:\n  a: { from: [{ exchange: "internal:b" }] }',
      '3:27 the exchange `internal:b` belongs to this system, not to another application',
    ],
    'a queue of the file': [
      'internal: { b: { fanout: true } }\ninputs:\n  a: { queue: "internal:b" }',
      '3:15 the queue `internal:b` belongs to this system, not to another application',
    ],
    'a queue that another input has': [
      'inputs:\n  a: { queue: q }\n  b: { queue: q }',
      '3:15 the input `a` already consumes the queue `q`, and each message goes to one of them only',
    ],
    'a name that is too long': [
      `inputs:\n  a: { queue: ${'q'.repeat(256)} }`,
      '2:15 it must have at most 255 bytes, not 256',
    ],
    'an id that its body cannot have': [
      'inputs:\n  a: { queue: q, id: di, body: { properties: { id: true }, additionalProperties: false } }',
      '2:22 `data.di`: the `body` of `a` has no `di`; did you mean `id`?',
    ],
    'an id that names nothing': [
      'inputs:\n  a: { queue: q, id: a..b }',
      '2:22 `a..b` does not name a field of the body; write `id`, or `order.id`',
    ],
    'two workers on an existing queue': [
      'inputs:\n  a: { queue: q }\nworkers:\n  v: { on: a, use: ./v.ts }\n  w: { on: a, use: ./w.ts }',
      '5:3 the worker `v` already has the messages of `a`, and the queue `q` gives each of them to one worker only',
    ],
    'a worker with a queue of its own on an existing queue': [
      'inputs:\n  a: { queue: q }\nworkers:\n  v: { on: a, use: ./v.ts, queue: own }',
      '4:28 the messages of `a` come from the queue `q`',
    ],
    'two workers with one queue': [
      'inputs:\n  a: { from: [{ exchange: e }] }\nworkers:\n  v: { on: a, use: ./v.ts }\n  w: { on: a, use: ./w.ts }',
      '5:3 `w` would take messages away from the worker `v`; give it a `queue` of its own',
    ],
    'a handler that answers': [
      'inputs:\n  a: { queue: q }\nworkers:\n  v: { on: a, use: page, table: t }',
      '4:20 `page` only works with `rpc`, and `a` is an input',
    ],
    'a key that it does not have': ['inputs:\n  a: { queue: q, feed: f }', '2:18 unknown key `feed`'],
  })) {
    it(`reports ${title}`, () => {
      expect(problemsOf(text ?? '')).to.deep.equal(problems);
    });
  }

  it('is noted if its id looks like something else', () => {
    const notesOf = (text: string): readonly string[] => {
      const notes: FileProblem[] = [];
      parse(text, { onNote: (note) => notes.push(note) });
      return notes.map(({ message }) => message);
    };

    expect(notesOf('inputs: { a: { queue: q, id: message_id } }')).to.deep.equal([
      '`message_id` is a field of the body; for the property `message_id`, leave `id` out',
    ]);
    expect(notesOf('inputs: { a: { queue: q, id: data.id } }')).to.deep.equal([
      '`data.id` is a field of the body; paths begin in the body: `id`, not `data.id`',
    ]);
    expect(
      notesOf('inputs: { a: { queue: q, id: data.id, body: { properties: { data: true } } } }'),
    ).to.deep.equal([]);
  });
});
