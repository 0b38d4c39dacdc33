import { expect } from 'chai';
import { parseCallPath, valueAt } from '../../src/model/call-path.ts';

describe('a path to a value of a call', () => {
  const parsed = (text: string) => {
    const path = parseCallPath(text);
    if (typeof path === 'string') throw new Error(path);
    return path;
  };

  it('has a part and names', () => {
    expect(parsed('params.id'))
      .to.include({ part: 'params' })
      .and.deep.include({ names: ['id'] });
    expect(parsed('data')).to.deep.include({ names: [] });
    expect(parsed('data.customer.name')).to.deep.include({ names: ['customer', 'name'] });
    expect(parsed('identity.claims.tenant')).to.deep.include({ names: ['claims', 'tenant'] });
    expect(parsed('headers.if-match')).to.deep.include({ part: 'headers', names: ['if-match'] });
  });

  const mistakes = [
    '',
    'id',
    'body.a',
    'params',
    'params.a.b',
    'args',
    'headers',
    'data.',
    'data..a',
    '.data',
    'identity',
    'identity.name',
    'identity.subject.a',
    'identity.claims',
    'data.a\u0000',
  ];
  for (const text of mistakes) {
    it(`is not ${JSON.stringify(text)}`, () => {
      expect(parseCallPath(text)).to.be.a('string');
    });
  }

  it('finds the bytes of the value', () => {
    const call = { params: Buffer.from('{"id":"7"}'), data: Buffer.from('{"n":1.10}') };

    expect(valueAt(parsed('params.id'), call)?.toString()).to.equal('"7"');
    expect(valueAt(parsed('data.n'), call)?.toString()).to.equal('1.10');
    expect(valueAt(parsed('data'), call)?.toString()).to.equal('{"n":1.10}');
    expect(valueAt(parsed('args.n'), call)).to.equal(undefined);
    expect(valueAt(parsed('data.x'), call)).to.equal(undefined);
  });
});
