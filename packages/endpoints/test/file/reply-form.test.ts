import { expect } from 'chai';
import { parse, problemsOf } from '../parse.ts';

function formOf(more: string) {
  const [endpoint] = parse(`endpoints:\n  GET /a: { rpc: true${more} }\n`).endpoints;
  return { produces: endpoint?.produces, replyHeaders: endpoint?.replyHeaders };
}

describe('produces and replyHeaders', () => {
  it('are JSON and none unless the file says otherwise', () => {
    expect(formOf('')).to.deep.equal({ produces: ['application/json'], replyHeaders: [] });
  });

  it('are read in lower case', () => {
    expect(formOf(', produces: [Text/CSV, image/png], replyHeaders: [X-Total, ETag]')).to.deep.equal({
      produces: ['text/csv', 'image/png'],
      replyHeaders: ['x-total', 'etag'],
    });
  });

  const mistakes: Readonly<Record<string, readonly [keys: string, ...problems: string[]]>> = {
    'a parameter': [
      'rpc: true, produces: [text/csv; charset=utf-8]',
      "2:35 `text/csv; charset=utf-8` has parameters; write `text/csv`, and let the handler's reply add them",
    ],
    wildcards: [
      'rpc: true, produces: ["*/*", image/*]',
      '2:35 `*/*` names no media type; list each type, such as `text/csv`',
      '2:42 `image/*` names no media type; list each type, such as `text/csv`',
    ],
    'anything but a media type': [
      'rpc: true, produces: [csv]',
      '2:35 `csv` is not a media type such as `text/csv`',
    ],
    'a type twice': ['rpc: true, produces: [text/csv, TEXT/csv]', '2:45 `text/csv` is there twice'],
    'a text': [
      'rpc: true, produces: text/csv',
      '2:34 `produces` must be a list of media types, such as `[application/json, text/csv]`',
    ],
    'an empty list': [
      'rpc: true, produces: []',
      '2:34 `produces` must be a list of media types, such as `[application/json, text/csv]`',
    ],
    'a reply that is never JSON': [
      'rpc: true, produces: [text/csv], reply: { type: object }',
      '2:46 `reply` describes JSON, which `produces` does not name',
    ],
    'an event': [
      'fanout: true, produces: [text/csv], replyHeaders: [x-a]',
      '2:27 `produces` only fits `rpc`: no worker answers a `fanout`',
      '2:49 `replyHeaders` only fits `rpc`: no worker answers a `fanout`',
    ],
    'headers that no reply may have': [
      'rpc: true, replyHeaders: [set-cookie, content-type, Content-Length, access-control-allow-origin, "x a"]',
      '2:39 the header set-cookie carries credentials, which no reply may do',
      '2:51 content-type is the type of a reply, not one of its headers',
      '2:65 the header content-length is set by the gateway alone',
      '2:81 the header access-control-allow-origin is set by the gateway alone',
      '2:110 "x a" is not the name of a header',
    ],
  };

  for (const [name, [keys, ...problems]] of Object.entries(mistakes)) {
    it(`refuse ${name}`, () => {
      expect(problemsOf(`endpoints:\n  GET /a: { ${keys} }\n`)).to.deep.equal(problems);
    });
  }
});
