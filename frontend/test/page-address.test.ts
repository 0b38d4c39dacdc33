import { expect } from 'chai';
import { newestUrl, pageCount, pageUrl, queryFor, readAddress } from '../src/lib/page-address.ts';

describe('page address', () => {
  it('is read from the URL that was made from it', () => {
    const address = { endpoint: 'GET /messages/', paginationId: 120, page: 3, limit: 50 };

    expect(readAddress(queryFor(address))).to.deep.equal(address);
  });

  it('has defaults for missing and invalid parts', () => {
    const defaults = { endpoint: undefined, paginationId: undefined, page: 1, limit: 20 };

    expect(readAddress({})).to.deep.equal(defaults);
    expect(readAddress({ endpoint: '', paginationId: '-1', page: '0', limit: '33' })).to.deep.equal(defaults);
    expect(readAddress({ paginationId: '1.5', page: 'x', limit: ['10', '20'] })).to.deep.equal(defaults);
    expect(readAddress({ page: '99999999999999999999' })).to.deep.equal(defaults);
  });

  it('accepts only the paths of GET endpoints', () => {
    for (const endpoint of [
      'POST /messages/',
      'GET messages/',
      'GET /a?b',
      'GET /a#b',
      'GET /a b',
      'GET /{id}',
      String.raw`GET /\evil`,
    ]) {
      expect(readAddress({ endpoint }).endpoint, endpoint).to.equal(undefined);
    }
  });

  it('requests the offset of its page from the API', () => {
    const address = { endpoint: 'GET /messages/', paginationId: 120, page: 3, limit: 50 };

    expect(pageUrl('/api/v1', address)).to.equal('/api/v1/messages/?offset=100&limit=50&paginationId=120');
    expect(pageUrl('/api/v1', { ...address, paginationId: undefined, page: 1 })).to.equal(
      '/api/v1/messages/?offset=0&limit=50',
    );
    expect(newestUrl('/api/v1', 'GET /messages/')).to.equal('/api/v1/messages/?limit=0');
  });

  it('has at least one page', () => {
    expect([0, 1, 20, 21].map((total) => pageCount(total, 20))).to.deep.equal([1, 1, 1, 2]);
  });
});
