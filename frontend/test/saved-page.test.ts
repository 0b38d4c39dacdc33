import { expect } from 'chai';
import { NoPageError, parseSavedPage } from '../src/lib/saved-page.ts';

describe('saved page', () => {
  it('keeps every digit of its messages, and knows their positions', () => {
    const page = parseSavedPage(
      '{"paginationId":7,"offset":2,"limit":2,"total":7,"messages":[{"a":1.10}, {"b":12345678901234567890}]}',
    );

    expect(page).to.deep.equal({
      paginationId: 7,
      offset: 2,
      limit: 2,
      total: 7,
      messages: [
        { key: 5, raw: '{"a":1.10}' },
        { key: 4, raw: '{"b":12345678901234567890}' },
      ],
    });
  });

  it('may be empty', () => {
    const page = parseSavedPage('{"paginationId":0,"offset":0,"limit":20,"total":0,"messages":[]}');

    expect(page.messages).to.deep.equal([]);
  });

  for (const text of [
    '',
    '[]',
    '{"paginationId":1}',
    '{"paginationId":1,"offset":0,"limit":20,"total":1,"messages":{}}',
    '{"paginationId":-1,"offset":0,"limit":20,"total":1,"messages":[]}',
    '{"paginationId":"1","offset":0,"limit":20,"total":1,"messages":[]}',
  ]) {
    it(`is not made from ${text === '' ? 'nothing' : text}`, () => {
      expect(() => parseSavedPage(text)).to.throw(NoPageError);
    });
  }
});
