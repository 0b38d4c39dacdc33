import { expect } from 'chai';
import { parse, problemsOf } from '../parse.ts';

const mistakes: Readonly<Record<string, readonly [keys: string, ...problems: string[]]>> = {
  'without a body': ['consumes: [text/csv]', '`consumes` needs a `body`; write `body: true` for any'],
  'with `raw` and without a body': ['raw: true', '`raw` needs a `body`; write `body: true` for any'],
  'with `raw` on its way to another application': [
    'rpc: { queue: theirs }, body: true, raw: true, consumes: [text/csv]',
    '`raw` does nothing with `format: raw`, which sends the body as it came',
  ],
  'with CloudEvents': [
    'fanout: { cloudEvents: true }, body: true, consumes: [text/csv]',
    '`consumes` does not go with `cloudEvents`, whose data is JSON',
  ],
  'with multipart': [
    'body: true, consumes: [multipart/form-data]',
    '`multipart` bodies are not accepted; upload files to an object store, and send their names',
  ],
  'with a range that includes JSON': [
    'body: true, consumes: [application/*]',
    '`application/*` includes JSON and forms; list the types',
  ],
  'with a type twice': ['body: true, consumes: [text/csv, Text/CSV]', '`text/csv` is listed already'],
  'with what is not a media type': [
    'body: true, consumes: [csv]',
    '`consumes[0]` must be a media type such as `text/csv`, or a range such as `image/*`',
  ],
  'with a form that no body can be': [
    'body: { type: string }, consumes: [application/x-www-form-urlencoded]',
    '`application/x-www-form-urlencoded` becomes an object, which `body` never accepts',
  ],
  'with a text that no body can be': [
    'body: { allOf: [{ type: object }] }, consumes: [text/csv]',
    '`text/csv` becomes a string, which `body` never accepts; add `string` to its `type`',
  ],
  'with a schema of bytes': [
    'body: { type: string }, consumes: [image/png]',
    'no schema is applied to bodies that are neither JSON nor text; write `body: true`',
  ],
  'with bytes that no message can carry': [
    'body: true, maxBody: 16MB, consumes: [image/png]',
    'bodies that are neither JSON nor text travel as base64, so they have at most 12MB',
  ],
};

describe('the media types of an endpoint', () => {
  for (const [title, [keys, ...problems]] of Object.entries(mistakes)) {
    it(`are a mistake ${title}`, () => {
      const kind = /fanout|rpc/.test(keys) ? '' : 'rpc: true, ';
      const found = problemsOf(`endpoints:\n  POST /a: { ${kind}${keys} }\n`);

      expect(found.map((problem) => problem.replace(/^\S+ /, ''))).to.deep.equal(problems);
    });
  }

  it('have a format each, and are JSON by default', () => {
    const formats = (keys: string) =>
      parse(`endpoints:\n  POST /a: { rpc: true, body: true${keys} }\n`).endpoints[0]?.consumes;

    expect(formats('')).to.deep.equal([{ type: 'application/json', format: 'json' }]);
    expect(
      formats(
        ', consumes: [Application/JSON, application/merge-patch+json, application/x-www-form-urlencoded, text/csv, image/*]',
      ),
    ).to.deep.equal([
      { type: 'application/json', format: 'json' },
      { type: 'application/merge-patch+json', format: 'json' },
      { type: 'application/x-www-form-urlencoded', format: 'form' },
      { type: 'text/csv', format: 'text' },
      { type: 'image/*', format: 'binary' },
    ]);
  });
});
