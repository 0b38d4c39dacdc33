import { expect } from 'chai';
import { openApiOf } from '../src/index.ts';
import { parse, problemsOf } from './parse.ts';

const secret = 'kept-by-both-sides';

function withHmac(keys: string, endpoint = 'POST /a: { fanout: true, body: true }'): string {
  return `endpoints:\n  ${endpoint}\nauth:\n  schemes:\n    hooks: { hmac: { ${keys} } }\n`;
}

describe('a scheme for signed bodies', () => {
  it('is completed with every default', () => {
    const { auth } = parse(withHmac(`header: x-sign, secrets: [${secret}]`));

    expect(auth?.schemes).to.deep.equal([
      {
        kind: 'hmac',
        name: 'hooks',
        syntax: 'single',
        header: 'x-sign',
        algorithm: 'sha256',
        encoding: 'hex',
        prefix: '',
        timestampHeader: undefined,
        idHeader: undefined,
        content: [{ value: 'body' }],
        secretEncoding: 'utf8',
        secrets: [secret],
        toleranceMs: 300_000,
        subject: 'hooks',
        scopes: [],
      },
    ]);
  });

  it('signs the time where it has one', () => {
    const { auth } = parse(withHmac(`header: x-sign, timestampHeader: x-time, secrets: [${secret}]`));

    expect(auth?.schemes[0]).to.deep.include({
      content: [{ value: 'timestamp' }, { text: '.' }, { value: 'body' }],
    });
  });

  it('ignores the empty secret of a variable that is set only during a change', () => {
    const source = withHmac('form: github, secrets: ["${NEW}", "${OLD:-}"]');
    const { auth } = parse(source, { env: { NEW: secret } });

    expect(auth?.schemes[0]).to.deep.include({ secrets: [secret] });
  });

  it('accepts SHA-1, with a note', () => {
    const notes: string[] = [];
    parse(withHmac(`header: x-sign, algorithm: sha1, secrets: [${secret}]`), {
      onNote: ({ line, message }) => notes.push(`${line} ${message}`),
    });

    expect(notes).to.deep.equal([
      '5 `sha1` is deprecated, although its HMAC is not broken; use `sha256` if the sender can',
    ]);
  });

  it('is described to callers without its secrets', () => {
    const model = parse(withHmac(`form: standard-webhooks, secrets: [whsec_${'A'.repeat(32)}]`));
    const document = openApiOf(model, { version: '1' });

    expect(document['components']).to.have.nested.property('securitySchemes.hooks').that.deep.equals({
      type: 'apiKey',
      in: 'header',
      name: 'webhook-signature',
      description:
        'The HMAC-SHA-256 of `{id}.{timestamp}.{body}` by a shared secret, in base64, where `{timestamp}` is in seconds since 1970: `v1,{signature}`.',
    });
    expect(JSON.stringify(document)).not.to.contain('AAAAAAAA');
  });

  const mistakes: Readonly<Record<string, readonly [keys: string, message: string]>> = {
    'a short secret': ['form: github, secrets: [short]', '5:46 a secret must have at least 16 bytes'],
    'a secret that is not base64': [
      `form: standard-webhooks, secrets: [whsec_${'-'.repeat(40)}]`,
      '5:57 a secret must be base64 of at least 24 bytes, after `whsec_`',
    ],
    'a secret that is short once it is decoded': [
      `form: standard-webhooks, secrets: [whsec_${'A'.repeat(28)}]`,
      '5:57 a secret must be base64 of at least 24 bytes, after `whsec_`',
    ],
    'only empty secrets': ['form: github, secrets: ["", ""]', '5:45 all secrets are empty'],
    'neither form nor header': [
      `secrets: [${secret}]`,
      '5:14 `hmac` needs exactly one of `form` and `header`',
    ],
    'both form and header': [
      `form: github, header: x-a, secrets: [${secret}]`,
      '5:14 `hmac` needs exactly one of `form` and `header`',
    ],
    'an unknown form': [
      `form: gitlab, secrets: [${secret}]`,
      '5:28 `form` must be one of github, stripe, standard-webhooks, not "gitlab"; did you mean `github`?',
    ],
    'a key that the form gives': [
      `form: github, encoding: base64, secrets: [${secret}]`,
      '5:36 `encoding` is given by the form `github`',
    ],
    'a tolerance without a time': [
      `form: github, tolerance: 1m, secrets: [${secret}]`,
      '5:36 `tolerance` does nothing: the signature has no time',
    ],
    'a tolerance of a day': [
      `form: stripe, tolerance: 24h, secrets: [${secret}]`,
      '5:47 `tolerance` must be 1s to 1h, not 24h',
    ],
    'content without the body': [
      `header: x-a, content: all, secrets: [${secret}]`,
      '5:44 `content` must include `{body}`, or any body would pass',
    ],
    'content without the time': [
      `header: x-a, timestampHeader: x-t, content: "{body}", secrets: [${secret}]`,
      '5:66 `content` must include `{timestamp}`, or any time would pass',
    ],
    'content with a value that has no header': [
      `header: x-a, content: "{id}.{body}", secrets: [${secret}]`,
      '5:44 `{id}` needs an `idHeader`',
    ],
    'content with a value that there is not': [
      `header: x-a, content: "{path}.{body}", secrets: [${secret}]`,
      '5:44 `content` has no `{path}`; it can have `{body}`, `{timestamp}` and `{id}`',
    ],
  };
  for (const [name, [keys, message]] of Object.entries(mistakes)) {
    it(`is refused with ${name}`, () => {
      expect(problemsOf(withHmac(keys))).to.deep.equal([message]);
    });
  }
});

describe('what has no body to be signed', () => {
  const schemes = `auth:
  schemes:
    hooks: { hmac: { form: github, secrets: [${secret}] } }
    ask: { forward: { url: "http://s/", headers: [cookie], subject: x-user } }
`;

  it('has the other schemes as its default, as has the state of the system', () => {
    const { endpoints, feeds, auth } = parse(
      `endpoints:\n  GET /a: { rpc: true }\n  POST /b: { fanout: true, body: true, feed: b }\n${schemes}`,
    );

    expect([...endpoints, ...feeds].map(({ access }) => access)).to.deep.equal([
      { kind: 'protected', schemes: ['ask'], scopes: [] },
      { kind: 'protected', schemes: ['hooks', 'ask'], scopes: [] },
      { kind: 'protected', schemes: ['ask'], scopes: [] },
    ]);
    expect(auth?.default).to.deep.equal(['ask']);
  });

  it('cannot name such a scheme', () => {
    const source = `endpoints:
  POST /a: { rpc: true, auth: hooks }
  POST /b: { fanout: true, body: true, feed: b }
feeds:
  b: { auth: [ask, hooks] }
${schemes}`;

    expect(problemsOf(source)).to.deep.equal([
      '2:31 the scheme `hooks` signs a body, and there is none',
      '5:20 the scheme `hooks` signs a body, and there is none',
    ]);
  });

  it('needs another scheme than such a default', () => {
    const source = withHmac(
      `form: github, secrets: [${secret}]`,
      'GET /a: { rpc: true }\n  POST /b: { fanout: true, body: true, feed: b }',
    );
    const message =
      'its scheme `hooks` signs a body, and there is none; name another one in `auth`, or say `public: true`';

    expect(problemsOf(source).map((problem) => problem.replace(/^\d+:\d+ /, ''))).to.deep.equal([
      message,
      message,
    ]);
  });
});
