import { expect } from 'chai';
import { describeWhere, parseWhere, WhereError } from '../src/lib/where-clause.ts';

describe('where clause', () => {
  it('is empty when nothing is typed', () => {
    expect(parseWhere('  ')).to.equal(undefined);
  });

  it('recognizes numbers, booleans and null', () => {
    const where = parseWhere('room=42 celsius=-1.5 paid=true battery=null');

    expect(where).to.deep.equal({ room: 42, celsius: -1.5, paid: true, battery: null });
  });

  it('treats anything else as text', () => {
    const where = parseWhere(
      ' kind=order  name="Ada \\"the first\\" L." code="42" empty="" zip=01 tags=a,b at=12:30 big="12345678901234567890"',
    );

    expect(where).to.deep.equal({
      kind: 'order',
      name: 'Ada "the first" L.',
      code: '42',
      empty: '',
      zip: '01',
      tags: 'a,b',
      at: '12:30',
      big: '12345678901234567890',
    });
  });

  it('accepts a number in any spelling, blanks around =, and a field in quotes', () => {
    const where = parseWhere('a=1.0 b = 1e3 "c.d"=-0.50 e=900719925474099100');

    expect(where).to.deep.equal({ a: 1, b: 1000, 'c.d': -0.5, e: 900719925474099100 });
  });

  for (const [text, why] of [
    ['order', 'Write field=value'],
    ['=1', 'Write field=value'],
    ['room:42', 'Write field=value'],
    ['a=1 b', 'Write field=value'],
    ['a="open', 'Write field=value'],
    ['a="x"y', 'Write field=value'],
    [String.raw`a="\x"`, 'Write field=value'],
    ['a==1', 'compares by = only'],
    ['a!=1', 'compares by = only'],
    ['a >= 1', 'compares by = only'],
    ['a=>1', 'compares by = only'],
    ['a<1', 'compares by = only'],
    ['a~=x', 'compares by = only'],
    ['a=', 'Write a value after a='],
    ['a= b=1', 'Separate conditions with spaces'],
    ['a=1&b=2', 'Separate conditions with spaces'],
    ['a=1, b=2', 'Separate conditions with spaces'],
    ['a=1; b=2', 'Separate conditions with spaces'],
    ['a=1 and b=2', 'Leave out “and”'],
    ['a=1 OR b=2', '“OR” is not supported'],
    ["a='x'", 'double quotes'],
    ['a=[1]', 'Objects and lists'],
    ['a={"b":1}', 'Write field=value'],
    ['customer.name=Ada', 'top of a message'],
    ['items[0]=1', 'top of a message'],
    ['paid=True', 'Write paid=true'],
    ['a=NULL', 'Write a=null'],
    ['a=12345678901234567890', 'more digits'],
    ['a=0.1000000000000000055511151231257827', 'more digits'],
    ['a=1 a=2', 'two things at once'],
  ] as const) {
    it(`refuses ${text}`, () => {
      expect(() => parseWhere(text)).to.throw(WhereError, why);
    });
  }

  it('describes the filter in words', () => {
    expect(describeWhere({ room: 42, kind: 'late', paid: true, at: null })).to.equal(
      'room is the number 42, and kind is the text "late", and paid is true, and at is null',
    );
  });
});
