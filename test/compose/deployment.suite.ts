import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { openEventSource } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { post, postMany } from '../system/calls.ts';
import { openLiveSocket } from '../system/live-socket.ts';
import { attempts, refusalOf } from './attempts.ts';
import { type Compose, deployedPort, docker, findDeployed, linesOf } from './compose.ts';
import { type Observed, sql, underLoad } from './under-load.ts';

const url = `http://127.0.0.1:${deployedPort}`;
const messages = `${url}/api/v1/messages/`;
const maxImageBytes = 220_000_000;
const scale = ['restmapper=2', 'liveupdate=2', 'messages_post=4', 'messages_get=2'];
const ourServices = ['restmapper', 'liveupdate', 'messages_post', 'messages_get'];

let compose: Compose;

/** Runs an action during calls and with watchers connected; see `underLoad`. */
function observe(act: () => Promise<unknown>): Promise<Observed> {
  return underLoad({ compose, url }, act);
}

async function postsPerSecond(): Promise<number> {
  const count = 2_000;
  const beganMs = performance.now();
  const outcomes = await postMany({ urls: [messages], count });
  expect([...outcomes.keys()]).to.deep.equal([200]);
  return Math.round((count * 1_000) / (performance.now() - beganMs));
}

interface Process {
  readonly id: string;
  readonly role: string;
  readonly ready: boolean;
  readonly counters: Readonly<Record<string, number>>;
}

async function processes(): Promise<readonly Process[]> {
  const report = await (await fetch(`${url}/system/v1/`)).json();
  return (report as { processes: readonly Process[] }).processes;
}

function rolesOf(all: readonly Process[]): Readonly<Record<string, number>> {
  const count = (role: string) => all.filter((process) => process.role === role && process.ready).length;
  return { serve: count('serve'), live: count('live'), work: count('work') };
}

describe('docker-compose.yml', () => {
  before('deploy', async () => {
    compose = await findDeployed();
    const beganMs = performance.now();
    await compose.run('up', '--detach', '--no-build');
    await until(async () => (await fetch(messages)).ok, { timeoutMs: 60_000, everyMs: 100 });
    console.log(`      healthy after ${((performance.now() - beganMs) / 1_000).toFixed(0)} s`);
  });

  after('print the use of memory', async () => {
    const format = ['--no-stream', '--format', '{{.Name}} {{.MemUsage}}'];
    console.log((await docker('stats', ...format, ...(await compose.containers()))).trimEnd());
  });

  it('builds a small image, and runs everything without privileges', async () => {
    const size = async (image: string) => Number(await docker('image', 'inspect', '-f', '{{.Size}}', image));
    const ids = await compose.containers();
    const format =
      '{{.Config.Image}} {{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} ';
    const ports = '{{.HostConfig.SecurityOpt}} {{len .HostConfig.PortBindings}}';
    const containers = linesOf(await docker('inspect', '-f', format + ports, ...ids));

    const added = (await size('restmapper')) - (await size('node:24-slim'));

    console.log(`      the image has ${(added / 1e6).toFixed(0)} MB over its base`);
    expect(added).to.be.within(1, maxImageBytes);
    expect(new Set(containers)).to.deep.equal(
      new Set([
        'restmapper node true [ALL] [no-new-privileges:true] 0',
        'restmapper-nginx 65534:65534 true [ALL] [no-new-privileges:true] 1',
        'rabbitmq:4-management  false [ALL] [no-new-privileges:true] 0',
        'postgres:18  false [ALL] [no-new-privileges:true] 0',
      ]),
    );
  });

  it('accepts a message, stores it, and streams it', async () => {
    const socket = await openLiveSocket(url);
    const { events } = await openEventSource(`${url}/sse/v1/messages`);
    await until(() => events.length > 0);

    const posted = await post(messages, { first: true });
    const page = await fetch(url);

    expect([posted.status, page.status]).to.deep.equal([200, 200]);
    expect(page.headers.get('content-security-policy')).to.contain("default-src 'none'");
    await until(() => socket.received.length > 0 && events.length > 1);
    expect(socket.received).to.deep.equal(['{"first":true}']);
    await until(async () => (await (await fetch(messages)).text()).includes('"first":true'));
  });

  it('gives every process the secrets of its role', async () => {
    const format = '{{range .Mounts}}{{.Name}} {{end}}';
    const secretsOf = async (service: string) => {
      const mounts = await docker('inspect', '-f', format, ...(await compose.containers(service)));
      return [...mounts.matchAll(/_([a-z]+)-secret/g)].map(([, role]) => role);
    };

    const secrets = await Promise.all([...ourServices, 'nginx', 'rabbitmq', 'postgres'].map(secretsOf));
    const list = ['rabbitmqctl', '--quiet', '--no-table-headers', 'list_connections', 'user'];
    const users = linesOf(await compose.run('exec', '-T', 'rabbitmq', ...list));
    const roles = await sql(
      compose,
      `select distinct usename from pg_stat_activity where usename <> 'restmapper'`,
    );

    expect(secrets).to.deep.equal([
      ['gateway'],
      ['live'],
      ['worker'],
      ['worker'],
      [],
      ['broker'],
      ['database'],
    ]);
    expect(users).to.include.members(['restmapper_gateway', 'restmapper_live', 'restmapper_worker']);
    expect(users).not.to.include('restmapper');
    expect(roles).to.deep.equal(['restmapper_worker']);
  });

  for (const [what, attempt] of Object.entries(attempts)) {
    it(`does not let ${what}`, async () => {
      expect(await refusalOf(compose, attempt)).to.contain(attempt.refusal);
    });
  }

  it('finds the replicas of every service that is scaled', async () => {
    const alone = await postsPerSecond();

    await compose.run(
      'up',
      '--detach',
      '--no-build',
      '--no-recreate',
      ...scale.flatMap((to) => ['--scale', to]),
    );

    await until(
      async () => {
        expect(rolesOf(await processes())).to.deep.equal({ serve: 2, live: 2, work: 6 });
        return true;
      },
      { timeoutMs: 120_000, everyMs: 500 },
    );
    const scaled = await postsPerSecond();
    console.log(`      ${alone} POSTs/s before, ${scaled} after`);
    const gateways = (await processes()).filter(({ role }) => role === 'serve');
    for (const { counters } of gateways) expect(counters['published']).to.be.above(500);
    await until(
      async () => (await processes()).filter(({ counters }) => (counters['handled'] ?? 0) > 0).length >= 4,
      { timeoutMs: 30_000, everyMs: 500 },
    );
  });

  it('loses and duplicates nothing when one of each is killed, and forgets them', async () => {
    const { postStatuses } = await observe(async () => {
      for (const service of ourServices) {
        const [victim = ''] = await compose.containers(service);
        await docker('kill', victim);
        await until(async () => !(await compose.containers(service)).includes(victim));
      }
      await until(async () => (await fetch(messages)).ok);
    });

    for (const status of postStatuses.keys()) expect(status).to.be.oneOf([200, 502]);
    await compose.run(
      'up',
      '--detach',
      '--no-build',
      '--no-recreate',
      ...scale.flatMap((to) => ['--scale', to]),
    );
  });

  it('fails no call, and has no loss, duplicate or gap, while every process is replaced', async () => {
    const before = new Set((await processes()).map(({ id }) => id));

    const { postStatuses, getStatuses, returns } = await observe(async () => {
      await promisify(execFile)('deploy/roll.sh', ourServices, {
        env: { ...process.env, COMPOSE: compose.command, PORT: String(deployedPort), LOG_LEVEL: 'warn' },
      });
    });

    const replaced = (await processes()).filter(({ id }) => !before.has(id));
    expect(rolesOf(replaced)).to.deep.equal({ serve: 2, live: 2, work: 6 });
    expect([...postStatuses.keys()]).to.deep.equal([200]);
    expect([...getStatuses.keys()]).to.deep.equal([200]);
    expect(Math.min(...returns), 'every watcher was moved').to.be.above(0);
  });

  for (const service of ['nginx', 'postgres', 'rabbitmq']) {
    it(`has no loss, duplicate or gap while ${service} is restarted`, async () => {
      const { postStatuses } = await observe(async () => {
        await compose.run('restart', service);
        await until(async () => (await post(messages, { after: service })).ok, {
          timeoutMs: 60_000,
          everyMs: 200,
        });
        await until(async () => (await fetch(messages)).ok, { timeoutMs: 60_000, everyMs: 200 });
      });

      for (const status of postStatuses.keys()) expect(status).to.be.oneOf([0, 200, 502, 503, 504]);
    });
  }
});
