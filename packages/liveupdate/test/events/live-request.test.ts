import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { parseLiveRequest } from '../../src/events/live-request.ts';

const parse = (url: string, headers: Record<string, string> = {}) => parseLiveRequest({ url, headers });

describe('parseLiveRequest', () => {
  it('reads a stream of everything new', () => {
    expect(parse('/sse/v1/messages')).to.deep.equal({
      kind: 'stream',
      feed: 'messages',
      beginning: { since: undefined, mode: undefined, filter: undefined },
      limit: 100,
    });
  });

  it('reads where to begin and what to leave out', () => {
    const where = encodeURIComponent('{"room":"42","n":1.0,"ok":null}');

    const { beginning } = parse(`/sse/v1/messages?since=1.aaaaaaaa:7&mode=tail:20&where=${where}`);

    expect(beginning.since).to.equal('1.aaaaaaaa:7');
    expect(beginning.mode).to.equal('tail:20');
    expect([...(beginning.filter?.keys() ?? [])]).to.deep.equal(['room', 'n', 'ok']);
  });

  it('prefers the header Last-Event-ID, since that is what a reconnecting browser knows', () => {
    const headers = { 'last-event-id': 'new' };

    expect(parse('/sse/v1/messages?last_event_id=old', headers).beginning.since).to.equal('new');
    expect(parse('/sse/v1/messages?last_event_id=old').beginning.since).to.equal('old');
    expect(parse('/sse/v1/messages?last_event_id=').beginning.since).to.equal(undefined);
  });

  for (const [query, since] of [
    ['lastEventId=7', '7'],
    ['lastEventID=7', '7'],
    ['Last-Event-ID=7', '7'],
    ['LAST_EVENT_ID=7', '7'],
    ['evs_last_event_id=7&evs_buffer_size_limit=262144&evs_preamble=2056', '7'],
    ['&lastEventId=7&padding=true', '7'],
    ['since=1&lastEventId=7', '7'],
    ['lastEventId=7&since=9', '7'],
    ['lastEventId=1&lastEventId=7', '7'],
    ['last_event_id=1&lastEventId=7', '7'],
    ['lastEventId=7&lastEventId=', '7'],
    ['since=1&lastEventId=', '1'],
    ['since=1&_=1795000000123&t=2&r=0.31&ts=1&cb=x&_ts=3&_dc=4&nocache=1&no_cache&_=5', '1'],
    ['lastEventId=1024.5be0c3a9%3A1051', '1024.5be0c3a9:1051'],
  ] as const) {
    it(`continues from ${since} by ${query}`, () => {
      for (const entry of ['sse', 'live']) {
        expect(parse(`/${entry}/v1/messages?${query}`).beginning).to.include({ since, mode: undefined });
      }
    });
  }

  it('ignores an empty Last-Event-ID, which says that the client knows no position', () => {
    const headers = { 'last-event-id': '' };

    for (const name of ['since', 'last_event_id', 'lastEventId']) {
      expect(parse(`/sse/v1/messages?${name}=7`, headers).beginning.since).to.equal('7');
    }
    expect(parse('/sse/v1/messages', headers).beginning.since).to.equal(undefined);
  });

  it('reads a history at either entry point, and caps its limit', () => {
    expect(parse('/sse/v1/messages?history&limit=7')).to.include({ kind: 'history', limit: 7 });
    expect(parse('/live/v1/messages?limit=100000')).to.include({ kind: 'history', limit: 1_000 });
    expect(parse('/live/v1/caf%C3%A9')).to.include({ feed: 'café' });
  });

  for (const url of ['/', '/sse/v1/', '/sse/v2/messages', '/sse/v1/a/b', '//', '/live/v1/%zz']) {
    it(`finds nothing at ${url}`, () => {
      expect(() => parse(url))
        .to.throw(RequestError)
        .that.includes({ status: 404, code: 'NOT_FOUND' });
    });
  }

  for (const query of [
    'mode=some',
    'mode=tail:0',
    'limit=0',
    'limit=1e3',
    'where=[1]',
    'where=null',
    'where={"a":{}}',
    'where={"a":',
    'sicne=1',
    'lastEvent=1',
    'access_token=1',
    '_where={}',
    '_mode=latest',
    'm=1',
    'limit=1&limit=2',
  ]) {
    it(`refuses ${query}, and names the parameter`, () => {
      const [name = ''] = query.split('=');

      const error = catchError(() => parse(`/sse/v1/messages?${query}`));

      expect(error).to.include({ status: 422, code: 'INVALID_QUERY' });
      expect(error.violations.map(({ pointer }) => pointer)).to.deep.equal([`/${name}`]);
    });
  }
});

function catchError(run: () => unknown): RequestError {
  try {
    run();
  } catch (error) {
    if (error instanceof RequestError) return error;
  }
  throw new Error('it did not throw a RequestError');
}
