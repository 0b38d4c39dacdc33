import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { createFindRoute, orderingKeyOf, partitionOf } from '../../src/model/message-route.ts';
import type { Source } from '../../src/model/model.ts';
import { sourcesOf } from '../../src/model/sources.ts';
import { parse } from '../parse.ts';

function keyOf(json: string): string | undefined {
  return orderingKeyOf(Buffer.from(json));
}

function sourceOf(text: string): Source {
  const [source] = sourcesOf(parse(text));
  if (!source) throw new Error('the file has a source');
  return source;
}

const body = 'body: { required: [region], properties: { region: { enum: [eu, us] }, member: {} } }';

describe('the text of an ordering key', () => {
  for (const [json, text] of [
    ['"a"', '"a"'],
    [String.raw`"\u0061"`, '"a"'],
    [String.raw`"\/"`, '"/"'],
    ['"é"', '"é"'],
    ['1', '1'],
    ['1.0', '1'],
    ['1e2', '100'],
    ['-0', '0'],
    ['true', 'true'],
  ] as const) {
    it(`is ${text} for ${json}`, () => {
      expect(keyOf(json)).to.equal(text);
    });
  }

  for (const json of ['null', '{}', '["a"]']) {
    it(`is missing for ${json}`, () => {
      expect(keyOf(json)).to.equal(undefined);
    });
  }
});

describe('the partition of a key', () => {
  it('is the number that the documented rule leads to, in another language', () => {
    const keys = ['"a"', '"é"', '42', 'true', '""', '"a longer key / with more"'];
    const rule =
      'import hashlib, json, sys\nprint(json.dumps([int.from_bytes(hashlib.sha1(k.encode()).digest()[:4], "big") % 8 for k in json.load(sys.stdin)]))';

    const theirs: unknown = JSON.parse(
      execFileSync('python3', ['-c', rule], { input: JSON.stringify(keys), encoding: 'utf8' }),
    );

    expect(keys.map((key) => partitionOf(key, 8))).to.deep.equal(theirs);
  });
});

describe('the route of a message', () => {
  it('is none for a source whose workers have one queue each', () => {
    const source = sourceOf(`internal: { check: { fanout: true, ${body} } }`);

    expect(createFindRoute(source)).to.equal(undefined);
  });

  it('has the value of an event, and its partition for each ordered worker', () => {
    const find = createFindRoute(
      sourceOf(`
internal: { check: { fanout: { routingKey: data.region }, ${body} } }
workers:
  one: { on: check, use: ./one.ts, queue: one, orderingKey: data.member }
  two: { on: check, use: ./two.ts, queue: two, orderingKey: data.region, partitions: 3 }
  all: { on: check, use: ./all.ts, queue: all }
`),
    );

    expect(find?.({ data: Buffer.from('{"region":"eu","member":7}') })).to.deep.equal({
      routingKey: 'eu',
      headers: {
        'partition:one': String(partitionOf('7', 8)),
        'partition:two': String(partitionOf('"eu"', 3)),
      },
    });
    expect(find?.({ data: Buffer.from('{"region":"us"}') })).to.deep.equal({
      routingKey: 'us',
      headers: { 'partition:two': String(partitionOf('"us"', 3)) },
    });
  });

  it('is one for a number, however it is written', () => {
    const find = createFindRoute(
      sourceOf(
        'internal: { c: { fanout: { routingKey: data.n }, body: { required: [n], properties: { n: { enum: [0, 1] } } } } }',
      ),
    );

    const keys = ['1', '1.0', '10e-1', '-0'].map(
      (n) => find?.({ data: Buffer.from(`{"n":${n}}`) }).routingKey,
    );
    expect(keys).to.deep.equal(['1', '1', '1', '0']);
  });

  it('is the queue of a request; the first partition without a key', () => {
    const find = createFindRoute(
      sourceOf(`
internal: { check: { rpc: { routingKey: data.region }, ${body} } }
workers: { one: { on: check, use: ./one.ts, orderingKey: data.member, partitions: 64 } }
`),
    );

    const [withKey, without] = ['{"region":"eu","member":"m"}', '{"region":"us"}'].map((data) =>
      find?.({ data: Buffer.from(data) }),
    );
    expect(withKey).to.deep.equal({ routingKey: `internal:check@eu#${partitionOf('"m"', 64)}` });
    expect(without).to.deep.equal({ routingKey: 'internal:check@us#0' });
  });
});
