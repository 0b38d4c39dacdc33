import { ConfigError } from '@restmapper/core';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { parseHeader } from '../../src/inputs/input-header.ts';
import { describeTarget, findInput, inputTarget } from '../../src/inputs/input-target.ts';

const model = parseEndpoints(
  `inputs:
  pattern: { from: [{ exchange: e, bind: 'a.*' }, { exchange: other, bind: b }] }
  exact: { from: [{ exchange: e, bind: a.b }] }
  all: { from: [{ exchange: e }] }
  headers: { from: [{ exchange: h, match: { kind: order, n: 2, x-match: any } }] }
  queue: { queue: q }
`,
  { file: 'endpoints.yaml', directory: '/' },
);
const targetOf = (name: string, key?: string) => inputTarget(findInput(model, name), key);

describe('the target of a message to an input', () => {
  it('is its first exchange, with the key given, or its own', () => {
    expect(targetOf('pattern', 'a.x')).to.deep.equal({ exchange: 'e', routingKey: 'a.x', headers: {} });
    expect(targetOf('exact')).to.deep.equal({ exchange: 'e', routingKey: 'a.b', headers: {} });
    expect(targetOf('all')).to.deep.equal({ exchange: 'e', routingKey: '', headers: {} });
  });

  it('has the headers by which a headers exchange finds it', () => {
    expect(targetOf('headers')).to.deep.equal({
      exchange: 'h',
      routingKey: '',
      headers: { kind: 'order', n: 2 },
    });
  });

  it('is its existing queue, which has no key', () => {
    expect(targetOf('queue')).to.deep.equal({ exchange: '', routingKey: 'q', headers: {} });
    expect(() => targetOf('queue', 'k')).to.throw(
      ConfigError,
      'queue has no exchange: messages go to the queue q, without a key',
    );
  });

  it('is unclear for a pattern without a key, and for a name that is not in the file', () => {
    expect(() => targetOf('pattern')).to.throw(ConfigError, 'by the pattern a.*: name a routing key');
    expect(() => targetOf('patern')).to.throw(
      ConfigError,
      '"patern" is not an input of this file; did you mean pattern?',
    );
  });

  it('is named', () => {
    expect(describeTarget(targetOf('exact'))).to.equal('the exchange e with the key a.b');
    expect(describeTarget(targetOf('headers'))).to.equal('the exchange h');
    expect(describeTarget(targetOf('queue'))).to.equal('the queue q');
  });
});

describe('a header of a message to an input', () => {
  it('is a text, or a number if it is written as one', () => {
    expect(parseHeader('kind=order=1')).to.deep.equal(['kind', 'order=1']);
    expect(parseHeader('n=2')).to.deep.equal(['n', 2]);
    expect(parseHeader('n=-0.5')).to.deep.equal(['n', -0.5]);
    expect(parseHeader('n=007')).to.deep.equal(['n', '007']);
    expect(parseHeader('n=1e9')).to.deep.equal(['n', '1e9']);
    expect(parseHeader('empty=')).to.deep.equal(['empty', '']);
    for (const bad of ['kind', '=x', '']) expect(() => parseHeader(bad)).to.throw(ConfigError, 'name=value');
  });
});
