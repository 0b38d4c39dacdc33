import { expect } from 'chai';
import { parseWhere, WhereError } from '../src/lib/where-clause.ts';

describe('where clause', () => {
  it('asks for nothing when nothing is typed', () => {
    expect(parseWhere('  ')).to.equal(undefined);
  });

  it('takes numbers, booleans and null for what they are', () => {
    const where = parseWhere('room=42 celsius=-1.5 paid=true battery=null');

    expect(where).to.deep.equal({ room: 42, celsius: -1.5, paid: true, battery: null });
  });

  it('takes anything else for text', () => {
    const where = parseWhere(
      ' kind=order  name="Ada \\"the first\\" L." code="42" empty= list=[1] big=12345678901234567890 ',
    );

    expect(where).to.deep.equal({
      kind: 'order',
      name: 'Ada "the first" L.',
      code: '42',
      empty: '',
      list: '[1]',
      big: '12345678901234567890',
    });
  });

  for (const text of ['order', '=1', 'a=1 b', 'a="open', 'a="x"y']) {
    it(`refuses ${text}`, () => {
      expect(() => parseWhere(text)).to.throw(WhereError);
    });
  }
});
