import { expect } from 'chai';
import { parse, problemsOf } from '../parse.ts';

const region = 'body: { type: object, required: [region], properties: { region: { enum: [eu, us] } } }';

function check(body: string, key = 'data.region'): string {
  return `internal:\n  check:\n    fanout: { routingKey: ${key} }\n    ${body}\n`;
}

function workerOf(keys: string, source = check(region)): string {
  return `${source}workers:\n  w: { on: check, use: ./w.ts, ${keys} }\n`;
}

describe('the routing key of a source', () => {
  it('has the values of its enum, as text', () => {
    const body = 'body: { required: [n], properties: { n: { enum: [1, true, two] } } }';

    expect(parse(check(body, 'data.n')).internal[0]?.routing?.key?.values).to.deep.equal([
      '1',
      'true',
      'two',
    ]);
  });

  it('may be a parameter of the path, a query with a default, or come from a shared schema', () => {
    const { endpoints } = parse(`
schemas: { Region: { enum: [eu, us] } }
endpoints:
  POST /a/{region}: { fanout: { routingKey: params.region }, params: { properties: { region: { enum: [eu] } } } }
  POST /b: { fanout: { routingKey: args.region }, query: { properties: { region: { enum: [eu, us], default: eu } } } }
  POST /c:
    rpc: { routingKey: data.region }
    body: { allOf: [{ required: [region] }, { properties: { region: { $ref: "#/schemas/Region" } } }] }
`);

    expect(endpoints.map(({ routing }) => routing?.key?.values)).to.deep.equal([
      ['eu'],
      ['eu', 'us'],
      ['eu', 'us'],
    ]);
  });

  for (const [what, text, problem] of [
    ['has no enum', check('body: { required: [region], properties: { region: {} } }'), 'needs an `enum`'],
    ['may be missing', check('body: { properties: { region: { enum: [eu] } } }'), 'must be `required`'],
    ['names nothing of the call', check(region, 'args.region'), '`check` has no `query`'],
    ['is a part of the identity', check(region, 'identity.subject'), 'needs an `enum`'],
    ['is not a path', check(region, 'region'), 'does not name a value of a call'],
    [
      'may be null',
      check('body: { required: [region], properties: { region: { enum: [eu, null] } } }'),
      'may be null',
    ],
    [
      'has two values with one text',
      check('body: { required: [region], properties: { region: { enum: [1, "1"] } } }'),
      'have the text `1`',
    ],
    [
      'has a value with a mark',
      check('body: { required: [region], properties: { region: { enum: [a@b] } } }'),
      'must not contain `@` or `#`',
    ],
    [
      'has an empty value',
      check('body: { required: [region], properties: { region: { enum: [""] } } }'),
      'must not be empty',
    ],
    [
      'has a value that names dead letters',
      check('body: { required: [region], properties: { region: { enum: [a.dead] } } }'),
      'must not end with `.dead`',
    ],
    [
      'has 65 values',
      check(
        `body: { required: [region], properties: { region: { enum: [${Array.from({ length: 65 }, (_, i) => i).join()}] } } }`,
      ),
      '1 to 64 values, not 65',
    ],
  ] as const) {
    it(`is refused if it ${what}`, () => {
      const [found, ...others] = problemsOf(text);

      expect(found)
        .to.match(/^3:\d+ /)
        .and.include(problem);
      expect(others).to.deep.equal([]);
    });
  }

  it('is refused beside a queue of another application', () => {
    const text = `endpoints:\n  POST /a: { rpc: { queue: theirs, routingKey: data.region }, ${region} }\n`;

    expect(problemsOf(text)).to.have.lengthOf(1);
  });
});

describe('`only` of a worker', () => {
  it('chooses among the values, compared as text', () => {
    const body = 'body: { required: [n], properties: { n: { enum: [1, 2] } } }';
    const { workers } = parse(workerOf('only: [1]', check(body, 'data.n')));

    expect(workers[0]).to.deep.include({ values: ['1', '2'], only: ['1'] });
  });

  it('lets two workers share a queue if their values differ', () => {
    const two = (only: string): string =>
      `${workerOf('only: [eu]')}  v: { on: check, use: ./v.ts, only: [${only}] }\n`;

    expect(problemsOf(two('us'))).to.deep.equal([]);
    expect(problemsOf(two('us, eu'))[0]).to.include('would take messages away from the worker `w`');
  });

  for (const [keys, problem] of [
    ['only: [ue]', '`ue` is not a value of the `routingKey` of `check`; did you mean `eu`?'],
    ['only: [asia]', '`asia` is not a value of the `routingKey` of `check`; the values are `eu` and `us`'],
    ['only: []', 'must be a list'],
    ['only: eu', 'must be a list'],
    ['only: [eu, eu]', 'must be a list of different values'],
  ] as const) {
    it(`is refused as ${keys}`, () => {
      const [found, ...others] = problemsOf(workerOf(keys));

      expect(found)
        .to.match(/^6:\d+ /)
        .and.include(problem);
      expect(others).to.deep.equal([]);
    });
  }

  it('is refused if a number and a text are one value', () => {
    const body = 'body: { required: [n], properties: { n: { enum: [1, 2] } } }';

    expect(problemsOf(workerOf('only: [1, "1"]', check(body, 'data.n')))[0]).to.include(
      '`1` is in `only` already',
    );
  });

  it('is refused without a routing key', () => {
    const text = workerOf('only: [eu]', `internal:\n  check:\n    fanout: true\n    ${region}\n`);

    expect(problemsOf(text)[0]).to.include('`only` needs a `routingKey` of `check`');
  });
});

describe('the ordering key of a worker', () => {
  it('has eight partitions by default', () => {
    const { workers, internal } = parse(workerOf('orderingKey: data.region'));

    expect(workers[0]?.order?.partitions).to.equal(8);
    expect(internal[0]?.routing?.orders.map(({ queue, partitions }) => [queue, partitions])).to.deep.equal([
      ['internal:check', 8],
    ]);
  });

  for (const [keys, problem] of [
    ['orderingKey: region', 'does not name a value of a call'],
    ['orderingKey: params.id', 'the path of `check` has no parameter `{id}`'],
    ['partitions: 3', '`partitions` only fits a worker with an `orderingKey`'],
    ['orderingKey: data.region, partitions: 0', 'must be'],
    ['orderingKey: data.region, partitions: 65', 'must be'],
    ['orderingKey: data.region, partitions: two', 'must be'],
    [`orderingKey: data.region, queue: ${'q'.repeat(247)}`, 'must have at most 250 bytes'],
  ] as const) {
    it(`is refused as ${keys.slice(0, 60)}`, () => {
      expect(problemsOf(workerOf(keys))[0])
        .to.match(/^6:\d+ /)
        .and.include(problem);
    });
  }

  it('is refused if the header of its partition would have too long a name', () => {
    const text = (length: number): string =>
      `internal: { a: { fanout: true, body: { properties: { m: {} } } } }
workers: { w: { on: a, use: ./w.ts, queue: ${'q'.repeat(length)}, orderingKey: data.m } }
`;

    expect(problemsOf(text(245))).to.deep.equal([]);
    expect(problemsOf(text(246))[0]).to.include('its queue must have at most 245 bytes');
  });

  it('is refused for messages of other applications', () => {
    const text =
      'inputs: { i: { queue: theirs } }\nworkers: { w: { on: i, use: ./w.ts, orderingKey: data.a } }\n';

    expect(problemsOf(text)[0]).to.include('come from other applications');
  });

  it('is the same for workers that share a queue', () => {
    const text = `${workerOf('only: [eu], orderingKey: data.region')}  v: { on: check, use: ./v.ts, only: [us] }\n`;

    expect(problemsOf(text)[0]).to.include('give both the same ones');
  });

  it('of a caller is refused where everything is public', () => {
    const text = `auth: { schemes: { a: { apiKey: { header: x-key, clientsFile: ./c.yaml } } } }
endpoints: { POST /a: { fanout: true, public: true } }
workers: { w: { on: POST /a, use: ./w.ts, orderingKey: identity.subject } }
`;

    expect(problemsOf(text)[0]).to.include('`POST /a` is public');
  });
});
