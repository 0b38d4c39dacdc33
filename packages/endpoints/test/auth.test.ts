import { expect } from 'chai';
import { parseClients, parseUsers } from '../src/index.ts';
import { parse, problemsOf } from './parse.ts';

const hash = 'a'.repeat(64);
const jwt = '{ issuer: i, audience: a, algorithms: [RS256], jwks: "https://id/jwks" }';

function withAuth(endpoint: string, schemes = `users: { jwt: ${jwt} }`): string {
  return `endpoints:\n  GET /a: { rpc: true${endpoint} }\nauth:\n  schemes:\n    ${schemes}\n`;
}

describe('access', () => {
  it('is open to everyone without an auth section', () => {
    const { endpoints, auth } = parse('endpoints:\n  GET /a: { rpc: true }\n');

    expect(auth).to.equal(undefined);
    expect(endpoints[0]?.access).to.deep.equal({ kind: 'public' });
  });

  it('is denied to unknown callers once there is one, unless an endpoint is public', () => {
    const { endpoints, feeds, auth } = parse(`endpoints:
  GET /a: { rpc: true }
  POST /b: { fanout: true, public: true, feed: b }
  POST /c: { fanout: true, auth: keys, scopes: [c:write], feed: c }
feeds:
  c: { public: true }
auth:
  default: users
  schemes:
    users: { jwt: ${jwt} }
    keys: { apiKey: { clients: { bob: { keys: [${hash}] } } } }
`);

    expect(endpoints.map(({ access }) => access)).to.deep.equal([
      { kind: 'protected', schemes: ['users'], scopes: [] },
      { kind: 'public' },
      { kind: 'protected', schemes: ['keys'], scopes: ['c:write'] },
    ]);
    expect(feeds.map(({ name, access }) => [name, access])).to.deep.equal([
      ['c', { kind: 'public' }],
      ['b', { kind: 'protected', schemes: ['users'], scopes: [] }],
    ]);
    expect(auth?.default).to.deep.equal(['users']);
  });

  it('requires any of all schemes where there is no default', () => {
    const { endpoints, auth } = parse(
      withAuth('', `b: { jwt: ${jwt} }\n    a: { apiKey: { clientsFile: c.yaml } }`),
    );

    expect(endpoints[0]?.access)
      .to.include({ kind: 'protected' })
      .and.deep.include({ schemes: ['b', 'a'] });
    expect(auth?.default).to.deep.equal(['b', 'a']);
  });

  it('is denied to everyone for a feed that is not public in a file without auth', () => {
    const { feeds } = parse(
      'endpoints:\n  POST /a: { fanout: true, feed: f }\nfeeds: { f: { public: false } }\n',
    );

    expect(feeds[0]?.access).to.deep.equal({ kind: 'protected', schemes: [], scopes: [] });
  });
});

describe('a scheme', () => {
  it('is completed with every default', () => {
    const { auth } = parse(
      withAuth(
        '',
        `users: { jwt: ${jwt} }\n    ask: { forward: { url: "http://s/", headers: [cookie], subject: x-user } }`,
      ),
    );

    expect(auth?.schemes).to.deep.equal([
      {
        kind: 'jwt',
        name: 'users',
        issuer: 'i',
        audience: 'a',
        algorithms: ['RS256'],
        keys: { kind: 'jwks', url: 'https://id/jwks', cooldownMs: 30_000, maxAgeMs: 600_000 },
        clockToleranceMs: 0,
        scopeClaim: 'scope',
        claims: [],
        deniedFile: undefined,
      },
      {
        kind: 'forward',
        name: 'ask',
        url: 'http://s/',
        headers: ['cookie'],
        subjectHeader: 'x-user',
        scopeHeader: undefined,
        claimHeaders: {},
        timeoutMs: 2000,
      },
    ]);
  });

  it('resolves files relative to its own', () => {
    const { auth } = parse(
      withAuth(
        '',
        'keys: { apiKey: { clientsFile: ./c.yaml } }\n    people: { basic: { usersFile: /u.yaml } }',
      ),
    );

    expect(auth?.schemes).to.deep.equal([
      { kind: 'apiKey', name: 'keys', header: 'x-api-key', clients: { kind: 'file', path: '/app/c.yaml' } },
      { kind: 'basic', name: 'people', users: { kind: 'file', path: '/u.yaml' } },
    ]);
  });
});

describe('a mistake in the access rules', () => {
  const mistakes: Readonly<Record<string, readonly [source: string, ...problems: string[]]>> = {
    'scopes without an auth section': [
      'endpoints:\n  GET /a: { rpc: true, scopes: [x] }',
      '2:24 `scopes` protects nothing: the file has no `auth` section',
    ],
    'an unknown scheme': [
      withAuth(', auth: [user]'),
      '2:31 there is no scheme `user`; did you mean `users`?',
    ],
    'an unknown scheme as default': [
      `${withAuth('')}  default: machines\n`,
      '6:12 there is no scheme `machines`',
    ],
    'something public that asks for scopes': [
      withAuth(', public: true, scopes: [x]'),
      '2:38 `scopes` does not go with `public: true`',
    ],
    'an endpoint that is not public': [
      withAuth(', public: false'),
      '2:32 `public` can only be `true`; leave it out to protect the endpoint',
    ],
    'a scheme of two kinds': [
      withAuth('', `users: { jwt: ${jwt}, basic: { usersFile: u } }`),
      '5:5 `users` needs exactly one of `jwt`, `apiKey`, `basic`, `forward` and `hmac`',
    ],
    'a misspelt kind': [withAuth('', 'users: { jwtt: {} }'), '5:14 unknown key `jwtt`; did you mean `jwt`?'],
    'a token without a named audience': [
      withAuth('', 'users: { jwt: { issuer: i, algorithms: [RS256], jwks: "https://id/" } }'),
      '5:14 `jwt` lacks the key `audience`',
    ],
    'the algorithm none': [
      withAuth('', 'users: { jwt: { issuer: i, audience: a, algorithms: [none], jwks: "https://id/" } }'),
      '5:58 `algorithms[0]` must be one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, HS256, HS384, HS512, not "none"',
    ],
    'algorithms of both kinds': [
      withAuth('', 'users: { jwt: { issuer: i, audience: a, algorithms: [RS256, HS256], keyFile: k } }'),
      '5:57 `algorithms` must not mix those of public keys with those of a shared secret',
    ],
    'a shared secret from a key set': [
      withAuth('', 'users: { jwt: { issuer: i, audience: a, algorithms: [HS256], jwks: "https://id/" } }'),
      '5:57 `HS256` needs a shared secret as `key` or `keyFile`, not `jwks`',
    ],
    'a public key as a shared secret': [
      withAuth(
        '',
        'users: { jwt: { issuer: i, audience: a, algorithms: [HS256], key: "-----BEGIN PUBLIC KEY" } }',
      ),
      '5:71 `key` must be a secret, not a public key',
    ],
    'a short secret': [
      withAuth('', 'users: { jwt: { issuer: i, audience: a, algorithms: [HS384], key: short } }'),
      '5:71 `key` must have at least 48 bytes',
    ],
    'a cooldown of a key that is not fetched': [
      withAuth(
        '',
        'users: { jwt: { issuer: i, audience: a, algorithms: [RS256], keyFile: k, cooldown: 1m } }',
      ),
      '5:78 `cooldown` only fits `jwks`',
    ],
    'a key that is not hashed': [
      withAuth('', 'keys: { apiKey: { clients: { bob: { keys: [s3cret] } } } }'),
      '5:48 `keys[0]` must be a SHA-256 in lower-case hexadecimal, as `restmapper key` prints it',
    ],
    'three keys of a client': [
      withAuth(
        '',
        `keys: { apiKey: { clients: { bob: { keys: [${hash}, ${'b'.repeat(64)}, ${'c'.repeat(64)}] } } } }`,
      ),
      '5:47 `keys` must NOT have more than 2 items',
    ],
    'a key of two clients': [
      withAuth('', `keys: { apiKey: { clients: { bob: { keys: [${hash}] }, eve: { keys: [${hash}] } } } }`),
      '5:131 the client `bob` has this key already',
    ],
    'a plain text password': [
      withAuth('', 'people: { basic: { users: { ana: { password: hunter2 } } } }'),
      '5:50 `password` must be a scrypt hash, as `restmapper password` prints it',
    ],
    'a URL with a password': [
      withAuth('', 'ask: { forward: { url: "http://u:p@s/", headers: [cookie], subject: x-user } }'),
      '5:28 `url` must be an `http` or `https` URL without a password',
    ],
  };
  for (const [title, [source, ...problems]] of Object.entries(mistakes)) {
    it(`is reported: ${title}`, () => {
      expect(problemsOf(source)).to.deep.equal(problems);
    });
  }

  it('never repeats a secret', () => {
    const source = withAuth(
      '',
      'users: { jwt: { issuer: i, audience: a, algorithms: [HS256], key: "${KEY}" } }',
    );

    expect(() => parse(source, { env: { KEY: 'hunter2' } }))
      .to.throw('must have at least 32 bytes')
      .with.property('message')
      .that.does.not.include('hunter2');
  });
});

describe('the forced filter of a feed', () => {
  const feedOf = (feed: string, claims = '[tenant]'): string => `endpoints:
  POST /a: { fanout: true, feed: f }
feeds:
  f: ${feed}
auth:
  schemes:
    users: { jwt: { issuer: i, audience: a, algorithms: [RS256], keyFile: k, claims: ${claims} } }
`;

  it('names the claim that each field must equal', () => {
    const { feeds } = parse(feedOf('{ where: { customer: subject, org: tenant } }'));

    expect(feeds[0]?.where).to.deep.equal({ customer: 'subject', org: 'tenant' });
  });

  it('needs a known watcher, a claim that the scheme has and a field that is sent', () => {
    expect(problemsOf(feedOf('{ public: true, where: { a: subject } }'))).to.deep.equal([
      '4:31 `where` needs to know the watcher; the feed is public',
    ]);
    expect(problemsOf(feedOf('{ where: { a: tenat } }'))).to.deep.equal([
      '4:20 the scheme `users` has no claim `tenat`; list it in its `claims`; did you mean `tenant`?',
    ]);
    expect(problemsOf(feedOf('{ payload: [b], where: { a: subject } }'))).to.deep.equal([
      '4:31 `payload` leaves `a` out, so no message would pass `where`',
    ]);
    expect(problemsOf(feedOf('{ payload: none, where: { no: subject } }'))).to.deep.equal([
      '4:32 `payload` leaves `no` out, so no message would pass `where`',
    ]);
  });
});

describe('a file of clients or users', () => {
  it('is read like the part of endpoints.yaml that it stands for', () => {
    expect(
      parseClients(`bob: { keys: [${hash}], scopes: [a], claims: { tenant: t } }`, 'c.yaml'),
    ).to.deep.equal([{ name: 'bob', keys: [hash], scopes: ['a'], claims: { tenant: 't' } }]);
    const password = `$scrypt$ln=15,r=8,p=3$${'s'.repeat(22)}$${'h'.repeat(43)}`;
    expect(parseUsers(JSON.stringify({ ana: { password } }), 'u.json')).to.deep.equal([
      { name: 'ana', password, scopes: [], claims: {} },
    ]);
  });

  it('is refused with the place of each mistake', () => {
    expect(() => parseClients('bob: { keys: [no] }', 'c.yaml')).to.throw(/^c\.yaml:1:15 `keys\[0\]` must be/);
    expect(() => parseUsers('', 'u.yaml')).to.throw(/^u\.yaml:1:1 the file must be a mapping/);
  });
});

describe('a rate limit', () => {
  const limitOf = (limit: string, endpoint = '') => {
    const source = withAuth(`, rateLimit: ${limit}${endpoint}`);
    return parse(source).endpoints[0]?.rateLimit;
  };

  it('counts by identity, or by address on public endpoints', () => {
    expect(limitOf('{ requests: 5 }')).to.deep.equal({ requests: 5, perMs: 60_000, by: 'identity' });
    expect(limitOf('{ requests: 5, per: 1s }', ', public: true')).to.deep.equal({
      requests: 5,
      perMs: 1000,
      by: 'address',
    });
    expect(limitOf('{ requests: 5, by: address }')).to.include({ by: 'address' });
  });

  it('cannot count by identity on a public endpoint', () => {
    const source = 'endpoints:\n  GET /a: { rpc: true, rateLimit: { requests: 5, by: identity } }';

    expect(problemsOf(source)).to.deep.equal([
      '2:54 this endpoint is public, so its callers have no identity; use `by: address`',
    ]);
  });
});
