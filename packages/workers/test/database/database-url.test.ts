import { expect } from 'chai';
import { parseDatabaseUrl } from '../../src/database/database-url.ts';

/** Every character that RFC 3986 assigns a meaning to, and some that take more bytes. */
const odd = `:/?#[]@!$&'()*+,;= %äß€😀"<>\\^\`{|}~\u007f\t`;

describe('parseDatabaseUrl', () => {
  it('accepts user, password and database with any character, percent-encoded', () => {
    const encoded = encodeURIComponent(odd);

    const { user, password, database } = parseDatabaseUrl(`postgres://${encoded}:${encoded}@h/${encoded}`);

    expect({ user, password, database }).to.deep.equal({ user: odd, password: odd, database: odd });
  });

  const places = [
    ['postgres://h', { host: 'h', port: undefined, database: undefined }],
    ['POSTGRESQL://h:1/d', { host: 'h', port: 1, database: 'd' }],
    ['postgres://u@[::1]:5433/d', { host: '::1', port: 5433, database: 'd' }],
    ['postgres:///d', { host: undefined, database: 'd' }],
    ['postgres://u@/d?host=/run/postgresql', { user: 'u', host: '/run/postgresql', database: 'd' }],
    ['postgres://u:p@/d?host=%2Frun%2Fa+b&port=5433', { host: '/run/a+b', port: 5433, password: 'p' }],
    ['postgres://u@%2Frun%2Fpostgresql/d', { host: '/run/postgresql', database: 'd' }],
    [
      'postgres://a:1/x?host=b&port=2&user=u&password=p%2B&dbname=d',
      { host: 'b', port: 2, user: 'u', password: 'p+', database: 'd' },
    ],
    ['postgres://u:p:q@h/d', { user: 'u', password: 'p:q' }],
    ['postgres://u:pässword@h/d', { password: 'pässword' }],
    ['postgres://u:@h/d', { user: 'u', password: undefined }],
    [
      'postgres://h/d?application_name=shop&options=-c%20search_path%3Da',
      { applicationName: 'shop', options: '-c search_path=a' },
    ],
    ['postgres://h/d?connect_timeout=10&channel_binding=require', { host: 'h', database: 'd' }],
  ] as const;
  for (const [url, wanted] of places) {
    it(`finds all parts of ${url}`, () => {
      expect(parseDatabaseUrl(url)).to.include(wanted);
    });
  }

  const places2 = [
    ['postgres://u:secret@h:1/d?password=secret', 'postgres://h:1/d'],
    ['postgres://u:secret@[::1]/d', 'postgres://[::1]/d'],
    ['postgres://u:secret@/d?host=/run', '/run/.s.PGSQL.5432, database d'],
  ] as const;
  for (const [url, place] of places2) {
    it(`shows ${place} without the password`, () => {
      expect(parseDatabaseUrl(url).place).to.equal(place);
    });
  }

  const tls = [
    ['', { mode: 'disable' }],
    ['sslmode=prefer', { mode: 'prefer' }],
    ['sslmode=allow', { mode: 'prefer' }],
    ['sslmode=require', { mode: 'verify-full' }],
    ['sslmode=no-verify', { mode: 'no-verify' }],
    ['ssl=true', { mode: 'verify-full' }],
    ['ssl=0', { mode: 'disable' }],
    ['sslrootcert=/ca+1.pem', { mode: 'verify-full', rootCert: '/ca+1.pem' }],
    ['sslrootcert=system', { mode: 'verify-full' }],
    ['sslmode=verify-ca&sslcert=/c&sslkey=/k', { mode: 'verify-ca', cert: '/c', key: '/k' }],
    ['sslmode=require&host=/run', { mode: 'disable' }],
  ] as const;
  for (const [query, wanted] of tls) {
    it(`reads ${query || 'nothing'} as ${wanted.mode}`, () => {
      expect(parseDatabaseUrl(`postgres://h/d?${query}`).tls).to.deep.equal(wanted);
    });
  }

  const mistakes = [
    ['localhost/d', 'must begin with postgres://'],
    ['postgres:h/d', 'must begin with postgres://'],
    ['mysql://h/d', 'must begin with postgres://'],
    ['postgres://u:sec#ret@h/d', 'has a #'],
    ['postgres://u:secret/x@h/d', 'write / ? # @ : as'],
    ['postgres://u:secret@h:99999/d', 'a port from 1 to 65535'],
    ['postgres://u:secret@a,b/d', 'write / ? # @ : as'],
    ['postgres://u:secret%@h/d', 'a password that is not percent-encoded UTF-8'],
    ['postgres://u:secret%E4@h/d', 'a password that is not percent-encoded UTF-8'],
    ['postgres://u%00:secret@h/d', 'a user that is not percent-encoded UTF-8'],
    ['postgres://h/d?sslmode=always', 'has a sslmode that is not one of disable, allow'],
    ['postgres://h/d?sslmod=require', 'has the unknown parameter sslmod'],
  ] as const;
  for (const [url, reason] of mistakes) {
    it(`refuses ${url} with a reason that does not repeat the password`, () => {
      expect(() => parseDatabaseUrl(url))
        .to.throw(SyntaxError, reason)
        .and.property('message')
        .not.include('secret');
    });
  }
});
