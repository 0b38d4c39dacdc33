import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { parsePageArgs } from '../../../src/handlers/page/page-args.ts';

function parse(json: string) {
  return parsePageArgs(Buffer.from(json));
}

describe('parsePageArgs', () => {
  it('accepts valid arguments', () => {
    expect(parse('{"paginationId":7,"offset":3,"limit":5}')).to.deep.equal({
      paginationId: 7,
      offset: 3,
      limit: 5,
    });
  });

  for (const nothing of ['null', '{}', '{"other":1}']) {
    it(`has defaults for ${nothing}`, () => {
      expect(parse(nothing)).to.deep.equal({ paginationId: undefined, offset: 0, limit: 20 });
    });
  }

  it('caps the limit', () => {
    expect(parse('{"limit":100}').limit).to.equal(100);
    expect(parse('{"limit":101}').limit).to.equal(100);
    expect(parse('{"limit":0}').limit).to.equal(0);
  });

  for (const wrong of ['-1', '1.5', '"1"', 'null', 'true', '[1]', '9007199254740992', '1e400']) {
    it(`refuses ${wrong} for each of its numbers`, () => {
      for (const name of ['paginationId', 'offset', 'limit']) {
        expect(() => parse(`{"${name}":${wrong}}`))
          .to.throw(RequestError)
          .that.deep.includes({
            status: 422,
            code: 'INVALID_QUERY',
            violations: [{ pointer: `/${name}`, detail: 'must be an integer of at least 0' }],
          });
      }
    });
  }

  for (const wrong of ['', '{', '[]', '7', '"x"']) {
    it(`refuses ${JSON.stringify(wrong)} as a query`, () => {
      expect(() => parse(wrong))
        .to.throw(RequestError)
        .that.includes({ status: 422, code: 'INVALID_QUERY' });
    });
  }
});
