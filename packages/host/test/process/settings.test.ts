import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import type { RoleName } from '../../src/process/role.ts';
import { roles } from '../../src/roles/roles.ts';
import { checkUrl } from '../../src/process/setting-values.ts';
import { parseSettings } from '../../src/process/settings.ts';

const noFile = (path: string): string => {
  throw new Error(`no file ${path}`);
};

function settingsOf(env: Record<string, string>, role: RoleName = 'start') {
  return parseSettings(env, { role: roles[role], readFile: noFile });
}

describe('settings', () => {
  it('embeds bus and database by default', () => {
    expect(settingsOf({})).to.deep.equal({
      amqpUrls: [],
      databaseUrl: undefined,
      host: '127.0.0.1',
      allowedHosts: [],
      port: 8080,
      adminPort: 9080,
      basePath: undefined,
      dataDir: '.restmapper',
      hasDataDir: false,
      logLevel: 'info',
      originRules: { allowedOrigins: [], allowCredentials: false },
      peers: [],
      deadLetters: 'loopback',
      trustedProxies: [],
      maxConnectionsPerAddress: 1_000,
      maxHeldBytes: 256_000_000,
      isTimed: false,
    });
  });

  it('accepts the path of the API', () => {
    expect(settingsOf({ BASE_PATH: '/shop.v2/orders' }, 'serve').basePath).to.equal('/shop.v2/orders');
  });

  for (const path of ['orders', '/', '/orders/', '/a//b', '/a/../b', '/.', '/a?b', '/a#b', '/a b', '/%41']) {
    it(`refuses ${path} as the path of the API`, () => {
      expect(() => settingsOf({ BASE_PATH: path })).to.throw(
        ConfigError,
        `BASE_PATH must be a path such as /orders/v2, of letters, digits, - . _ and ~, without a slash at its end, not "${path}"`,
      );
    });
  }

  it('refuses a path of the API that hides a path of its own', () => {
    for (const path of ['/system', '/ws/v1', '/live/v1/orders', '/assets']) {
      expect(() => settingsOf({ BASE_PATH: path })).to.throw(ConfigError, /which restmapper serves itself$/);
    }
  });

  it('assigns separate ports to each role', () => {
    const ports = (['serve', 'live', 'work'] as const).map((role) => settingsOf({}, role));

    expect(ports.map(({ port }) => port)).to.deep.equal([8081, 8082, 0]);
    expect(ports.map(({ adminPort }) => adminPort)).to.deep.equal([9081, 9082, 9083]);
  });

  it('puts the admin port a thousand above the port, and lets the system choose both for 0', () => {
    expect(settingsOf({ PORT: '3000' }).adminPort).to.equal(4000);
    expect(settingsOf({ PORT: '0' }).adminPort).to.equal(0);
    expect(settingsOf({ PORT: '3000', ADMIN_PORT: '5' }).adminPort).to.equal(5);
  });

  it('accepts several brokers, separated by commas', () => {
    expect(settingsOf({ AMQP_URL: 'amqp://a, amqps://b:1,' }).amqpUrls).to.deep.equal([
      'amqp://a',
      'amqps://b:1',
    ]);
  });

  it('accepts any password that RFC 3986 allows, with commas too', () => {
    const urls = 'amqp://u:a,b%C3%BC@h/v,amqps://u:%2F@h2';

    expect(settingsOf({ AMQP_URL: urls }).amqpUrls).to.deep.equal([
      'amqp://u:a,b%C3%BC@h/v',
      'amqps://u:%2F@h2',
    ]);
  });

  it('accepts several origins, separated by commas, and * for any', () => {
    const origins = (value: string) => settingsOf({ ALLOWED_ORIGINS: value }).originRules.allowedOrigins;

    expect(origins('https://a.example, http://localhost:5173')).to.deep.equal([
      'https://a.example',
      'http://localhost:5173',
    ]);
    expect(origins('*')).to.deep.equal(['*']);
  });

  it('accepts a number of connections from 1', () => {
    expect(settingsOf({ MAX_CONNECTIONS_PER_ADDRESS: '50' }).maxConnectionsPerAddress).to.equal(50);
    for (const value of ['0', '-1', '1.5', '1e3', 'many']) {
      expect(() => settingsOf({ MAX_CONNECTIONS_PER_ADDRESS: value })).to.throw(ConfigError, value);
    }
  });

  it("accepts a size from 1MB for the gateway's memory", () => {
    expect(settingsOf({ MAX_HELD_BYTES: '2GB' }).maxHeldBytes).to.equal(2_000_000_000);
    for (const value of ['0', '256', '999KB', '-1MB', '1.5GB', 'much']) {
      expect(() => settingsOf({ MAX_HELD_BYTES: value })).to.throw(ConfigError, value);
    }
  });

  it('accepts proxies by address and by network', () => {
    expect(settingsOf({ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).to.deep.equal([
      { address: '10.0.0.0', bits: 8, family: 'ipv4' },
      { address: '::1', bits: 128, family: 'ipv6' },
    ]);
  });

  it('accepts several peers', () => {
    expect(settingsOf({ PEERS: 'http://worker:9083, http://[::1]:9082/' }).peers).to.deep.equal([
      'http://worker:9083',
      'http://[::1]:9082/',
    ]);
  });

  it('enables dead letters by default only where this machine alone can open the page', () => {
    const who = (env: Record<string, string>, role?: RoleName) => settingsOf(env, role).deadLetters;

    expect(who({ HOST: '::1' })).to.equal('loopback');
    expect(who({ HOST: '0.0.0.0' })).to.equal('off');
    expect(who({}, 'serve')).to.equal('off');
    expect(who({ DEAD_LETTERS: 'on' }, 'serve')).to.equal('on');
    expect(who({ DEAD_LETTERS: 'off' })).to.equal('off');
  });

  it('treats an empty variable as unset', () => {
    expect(settingsOf({ AMQP_URL: '', PORT: '', LOG_LEVEL: '' })).to.deep.equal(settingsOf({}));
  });

  it('ignores blanks around a value, and a value of blanks', () => {
    const values = {
      AMQP_URL: 'amqp://a',
      DATABASE_URL: 'postgres://b/c',
      PORT: '1',
      ADMIN_PORT: '2',
      HOST: '::1',
      DATA_DIR: '/d',
      PEERS: 'http://p:1',
      ALLOWED_ORIGINS: 'https://o',
      ALLOW_CREDENTIALS: 'on',
      DEAD_LETTERS: 'off',
      TRUSTED_PROXIES: '10.0.0.0/8',
      MAX_CONNECTIONS_PER_ADDRESS: '3',
      LOG_LEVEL: 'debug',
    };
    const withBlanks = Object.entries(values).map(([name, value]) => [name, ` \t${value}\r\n`]);
    const blanks = Object.keys(values).map((name) => [name, ' \n']);

    expect(settingsOf(Object.fromEntries(withBlanks))).to.deep.equal(settingsOf(values));
    expect(settingsOf(Object.fromEntries(blanks))).to.deep.equal(settingsOf({}));
  });

  it('reads a secret from a file, without the newline at its end', () => {
    const env = { DATABASE_URL_FILE: '/run/secrets/database' };

    const settings = parseSettings(env, { role: roles.work, readFile: (path) => `postgres://h${path}\n` });

    expect(settings.databaseUrl).to.equal('postgres://h/run/secrets/database');
  });

  const mistakes: [Record<string, string>, RegExp][] = [
    [{ PORT: 'http' }, /^PORT /],
    [{ ALLOWED_ORIGINS: 'app.example' }, /^ALLOWED_ORIGINS .*app\.example/],
    [{ ALLOWED_ORIGINS: 'https://app.example/' }, /^ALLOWED_ORIGINS /],
    [{ ALLOWED_ORIGINS: 'https://app.example:443' }, /^ALLOWED_ORIGINS /],
    [{ PORT: '65536' }, /^PORT /],
    [{ PORT: '-1' }, /^PORT /],
    [{ ADMIN_PORT: '1e3' }, /^ADMIN_PORT /],
    [{ DEAD_LETTERS: 'yes' }, /^DEAD_LETTERS /],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL /],
    [{ AMQP_URL: 'localhost' }, /^AMQP_URL /],
    [{ AMQP_URL: 'amqp://a,http://b' }, /^AMQP_URL must begin with amqp:\/\//],
    [{ AMQP_URL: 'amqp:a' }, /^AMQP_URL must begin with amqp:\/\//],
    [{ AMQP_URL: 'amqp://a:b:c' }, /^AMQP_URL is not a URL of the form/],
    [{ AMQP_URL: 'amqps://a?cacertfile=/ca.pem' }, /^AMQP_URL: cannot read cacertfile \/ca.pem: no file/],
    [{ DATABASE_URL: 'postgres:h/d' }, /^DATABASE_URL must begin with postgres:\/\//],
    [{ DATABASE_URL: 'postgres://u:p#x@h/d' }, /^DATABASE_URL has a #/],
    [{ DATABASE_URL: 'postgres://u:%E4@h/d' }, /^DATABASE_URL has a password that is not percent-encoded/],
    [{ DATABASE_URL: 'postgres://h/d?sslmode=on' }, /^DATABASE_URL has a sslmode that is not one of/],
    [
      { DATABASE_URL: 'postgres://h/d?sslmode=require&sslrootcert=/ca.pem' },
      /^DATABASE_URL: cannot read sslrootcert \/ca.pem: no file/,
    ],
    [{ PEERS: 'http:a:1' }, /^PEERS must begin with http:\/\//],
    [{ DATABASE_URL: 'mysql://u:p@h/d' }, /^DATABASE_URL /],
    [{ AMQP_URL_FILE: '/nowhere' }, /^AMQP_URL_FILE: /],
    [{ AMQP_URL: 'amqp://a', AMQP_URL_FILE: '/x' }, /^AMQP_URL and AMQP_URL_FILE /],
    [{ PORT: '65000' }, /^ADMIN_PORT /],
    [{ PEERS: 'worker:9083' }, /^PEERS /],
    [{ PEERS: 'http://a:1,https://b:2' }, /^PEERS /],
    [{ PEERS: 'http://a:1/status' }, /^PEERS /],
  ];
  for (const [env, message] of mistakes) {
    it(`refuses ${JSON.stringify(env)}`, () => {
      expect(() => settingsOf(env)).to.throw(ConfigError, message);
    });
  }

  it('refuses an administrator whose password is not percent-encoded', () => {
    const check = (password: string) => () =>
      checkUrl('BROKER_ADMIN_URL', `http://u:${password}@h`, ['http:']);

    expect(check('100%25')).to.not.throw();
    expect(check('100%')).to.throw(ConfigError, /^BROKER_ADMIN_URL has a user or password .* %25$/);
  });

  it('never repeats a password', () => {
    for (const [name, url] of [
      ['DATABASE_URL', 'mysql://u:hunter2@h/d'],
      ['PEERS', 'http://u:hunter2@h:1'],
      ['AMQP_URL', 'amqp://u:hunter2%@h'],
      ['AMQP_URL', 'amqp://u:hunter2/@h'],
    ] as const) {
      expect(() => settingsOf({ [name]: url }))
        .to.throw(ConfigError)
        .with.property('message')
        .that.does.not.contain('hunter2');
    }
  });
});
