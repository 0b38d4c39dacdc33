import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { type BannerFacts, formatBanner } from '../../src/process/banner.ts';
import { formatRoutes } from '../../src/process/route-table.ts';
import { parseSettings } from '../../src/process/settings.ts';
import { roles } from '../../src/roles/roles.ts';

const model = parseEndpoints(
  `endpoints:
  POST /messages/:
    summary: Save a message
    fanout: true
    body: { type: object }
    feed: messages
  GET /a/{id}:
    rpc: true
internal:
  rows.changed: { fanout: true }
workers:
  store: { on: POST /messages/, use: append, table: message }
`,
  { file: 'endpoints.yaml', directory: '/' },
);

function bannerWith(env: Record<string, string>, facts: Partial<BannerFacts> = {}): string {
  const settings = parseSettings(env, { role: roles.start, readFile: () => '' });
  const urls = [['API', 'http://h/']] as const;
  return formatBanner({ model, settings, urls, usesDatabase: true, checks: {}, ...facts });
}

describe('the route table', () => {
  it('has a line for each source, in columns', () => {
    expect(formatRoutes(model).split('\n')).to.deep.equal([
      'POST      /messages/    fanout  store           feed messages  Save a message',
      'GET       /a/{id}       rpc     no worker here',
      'internal  rows.changed  fanout  no worker here',
    ]);
  });
});

describe('the banner', () => {
  it('states what is embedded, and the consequences', () => {
    const banner = bannerWith({ DATA_DIR: '/data' });

    expect(banner).to.match(/bus +embedded, in memory: .*lost/);
    expect(banner).to.match(/database +embedded, in \/data: .*not a power cut/);
    expect(banner).to.match(/API +http:\/\/h\//);
    expect(banner).to.contain('/a/{id}');
  });

  it('names the servers it uses, without their passwords', () => {
    const banner = bannerWith({
      AMQP_URL: 'amqp://user:hunter2@a:1/v,amqp://user:hunter2@b:2/v',
      DATABASE_URL: 'postgres://user:hunter2@c:3/d?password=hunter2',
    });

    expect(banner).to.contain('RabbitMQ at amqp://a:1/v, amqp://b:2/v');
    expect(banner).to.contain('PostgreSQL at postgres://c:3/d');
    expect(banner).to.not.contain('hunter2');
  });

  it('names a Unix socket, without the password', () => {
    const banner = bannerWith({ DATABASE_URL: 'postgres://user:hunter2@/d?host=/run/postgresql' });

    expect(banner).to.contain('PostgreSQL at /run/postgresql/.s.PGSQL.5432, database d');
    expect(banner).to.not.contain('hunter2');
  });

  it('states for each server why it is not connected', () => {
    const checks = { bus: 'down: h:1: this host is not known', database: 'ok' };

    expect(bannerWith({ AMQP_URL: 'amqp://h:1' }, { checks }).split('\n').slice(1, 4)).to.deep.equal([
      '  bus       RabbitMQ at amqp://h:1',
      '            NOT CONNECTED (retrying): h:1: this host is not known',
      '  database  embedded, in .restmapper: survives a crash of this process, not a power cut (set DATABASE_URL for PostgreSQL)',
    ]);
    expect(bannerWith({}, { checks: { database: 'no password' } })).to.match(
      /database .*\n +NOT CONNECTED .*: no password\n/,
    );
  });

  it('states who may call', () => {
    expect(bannerWith({})).to.match(/access +everything is public: anyone may call and watch/);
  });

  it('omits a database that the process does not use', () => {
    expect(bannerWith({}, { usesDatabase: false, checks: { database: 'x' } })).to.not.contain('database');
  });
});
