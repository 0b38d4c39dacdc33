import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { encodeEnvelope, MemoryBroker, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { createLive } from '@restmapper/liveupdate';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { closeServer, listen } from '../../packages/host/src/http/http-server.ts';
import { defaultLimits } from '../../packages/liveupdate/src/clients/limits.ts';
import { type Broker, openBroker } from '../support/broker.ts';
import { openEventSource } from '../support/event-source.ts';
import { freePorts } from '../support/free-ports.ts';
import { type Nginx, openNginx, replicaAddress } from '../support/nginx.ts';
import { openPostgres, type Postgres } from '../support/postgres.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { listenByEvents, listenBySocket } from './audience.ts';
import { post, postMany } from './calls.ts';
import { type Command, openCommand } from './command.ts';
import { ascending, range, readStored } from './distributed.ts';
import { openLiveSocket } from './live-socket.ts';

/** The shipped application behind nginx: at first a gateway, a bridge and a process with all workers. */
interface Stage {
  readonly nginx: Nginx;
  readonly messages: string;
  readonly databaseUrl: string;
  readonly gateway: Command;
  readonly bridge: Command;
  /** Starts another process, which nginx finds. */
  add(role: Role): Promise<Command>;
  /** Ends a process, which nginx forgets, as if its container were gone. */
  remove(command: Command, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const services = { serve: 'restmapper', live: 'liveupdate' } as const;
type Role = keyof typeof services;

let broker: Broker | undefined;
let postgres: Postgres | undefined;

async function openStage(): Promise<Stage> {
  if (!broker || !postgres) throw new Error('the servers run during tests only');
  const databaseUrl = await postgres.createDatabase();
  const nginx = use(await openNginx(), (nginx) => nginx.close());
  const { names, ports } = nginx;
  const settings = { AMQP_URL: broker.url, DATABASE_URL: databaseUrl, LOG_LEVEL: 'warn' };
  const { adminUrl } = await openCommand({ args: ['work'], env: settings });
  const env = { ...settings, PEERS: adminUrl };
  const add = async (role: Role): Promise<Command> => {
    const service = services[role];
    const host = replicaAddress();
    const [adminPort = 0] = await freePorts(1);
    const command = await openCommand({
      args: [role],
      env,
      host,
      ports: { port: ports[service], adminPort },
    });
    names.set(service, [...(names.get(service) ?? []), host]);
    return command;
  };
  const remove = async ({ child, exited, url }: Command, signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
    for (const [name, hosts] of names) {
      names.set(
        name,
        hosts.filter((host) => host !== new URL(url).hostname),
      );
    }
  };
  const [gateway, bridge] = await Promise.all([add('serve'), add('live')]);
  return { nginx, messages: `${nginx.url}/api/v1/messages/`, databaseUrl, gateway, bridge, add, remove };
}

describe('the system behind nginx', function () {
  this.timeout(60_000);

  before('start the servers', async () => {
    [broker, postgres] = await Promise.all([openBroker(), openPostgres({ fsync: false })]);
  });

  after('end the servers', async () => {
    await Promise.all([broker?.close(), postgres?.close()]);
  });

  it('accepts a message, stores it, and streams it by WebSocket, as event and as history', async () => {
    const { nginx, messages } = await openStage();
    const socket = await openLiveSocket(nginx.url);
    const { events } = await openEventSource(`${nginx.url}/sse/v1/messages`);
    await until(() => events.length === 1);

    const posted = await post(messages, '{"a":1}');

    expect([posted.status, await posted.text()]).to.deep.equal([200, '{}']);
    await until(() => socket.received.length === 1 && events.length === 2);
    expect(socket.received).to.deep.equal(['{"a":1}']);
    expect(events.map(({ event }) => event)).to.deep.equal(['ok', 'message']);
    await until(async () => (await (await fetch(messages)).text()).includes('"total":1'));
    const history = await fetch(`${nginx.url}/live/v1/messages?mode=tail:1`);
    expect(await history.json()).to.have.nested.property('messages[0].d.a', 1);
  });

  it('serves the description of the API, the state of all processes, and unchanged problems', async () => {
    const { nginx, messages } = await openStage();
    const descriptionUrl = `${nginx.url}/api/v1/openapi.json`;

    const description = await fetch(descriptionUrl);
    const etag = description.headers.get('etag') ?? '';
    const held = await fetch(descriptionUrl, { headers: { 'if-none-match': etag } });
    const system = await fetch(`${nginx.url}/system/v1/`);
    const invalid = await post(messages, '[]');
    const tooLong = await post(messages, { a: 'x'.repeat(1_010_000) });

    expect(description.headers.get('content-encoding')).to.equal('gzip');
    expect(held.status).to.equal(304);
    const { processes } = (await system.json()) as { processes: { role: string }[] };
    expect(processes.map(({ role }) => role).sort()).to.deep.equal(['serve', 'work']);
    expect(await invalid.json()).to.include({ code: 'INVALID_BODY', status: 422 });
    expect(await tooLong.json()).to.include({ code: 'BODY_TOO_LARGE', status: 413 });
    expect(tooLong.headers.get('x-request-id')).to.match(/^[\da-f]{32}$/);
  });

  it('distributes calls to an added gateway, and fails none when another is stopped', async () => {
    const { messages, databaseUrl, gateway, add, remove } = await openStage();
    const second = await add('serve');
    let removed: Promise<void> | undefined;

    const outcomes = await postMany({
      urls: [messages],
      count: 1_000,
      onAnswer: (answered) => {
        if (answered === 500) removed = remove(gateway, 'SIGTERM');
      },
    });

    await removed;
    expect([...outcomes.keys()]).to.deep.equal([200]);
    const stored = await until(async () => {
      const { numbers } = await readStored(databaseUrl);
      return numbers.length >= 1_000 && numbers;
    });
    expect(ascending(stored)).to.deep.equal(range(1_000));
    const metrics = await (await fetch(`${second.adminUrl}/metrics`)).text();
    const [, shared] =
      /^restmapper_http_requests_total\{.*"POST \/messages\/".*\} (\d+)/m.exec(metrics) ?? [];
    expect(Number(shared)).to.be.within(450, 990);
  });

  it('has no duplicates when a gateway is killed under load, and loses nothing confirmed', async () => {
    const { messages, databaseUrl, gateway, add, remove } = await openStage();
    await add('serve');
    let removed: Promise<void> | undefined;

    const outcomes = await postMany({
      urls: [messages],
      count: 1_000,
      onAnswer: (answered) => {
        if (answered === 500) removed = remove(gateway, 'SIGKILL');
      },
    });

    await removed;
    const confirmed = outcomes.get(200) ?? [];
    const stored = await until(async () => {
      const { numbers } = await readStored(databaseUrl);
      const held = new Set(numbers);
      return confirmed.every((n) => held.has(n)) && numbers;
    });
    expect(new Set(stored).size, 'no duplicates').to.equal(stored.length);
    for (const status of outcomes.keys()) expect(status).to.be.oneOf([200, 502]);
    expect(confirmed.length).to.be.above(800);
  });

  it('lets watchers continue at another bridge when theirs is stopped', async () => {
    const { nginx, messages, bridge, add, remove } = await openStage();
    const places = [nginx.url, nginx.url] as const;
    const listeners = [listenBySocket, listenByEvents].flatMap((listen) =>
      range(5).map(() => use(listen(places, 'messages'), (listener) => listener.close())),
    );
    await Promise.all(listeners.map(({ ready }) => ready));
    await add('live');
    let removed: Promise<void> | undefined;

    await postMany({
      urls: [messages],
      count: 300,
      concurrency: 1,
      onAnswer: (answered) => {
        if (answered === 100) removed = remove(bridge, 'SIGTERM');
      },
    });

    await removed;
    await until(() => listeners.every(({ account }) => account.next === 300));
    const wrong = listeners.filter(({ account: a }) => a.duplicates + a.undeclared + a.gaps > 0);
    expect(wrong).to.deep.equal([]);
  });
});

describe('an idle live connection through nginx', function () {
  const yaml = 'endpoints:\n  POST /idle/: { fanout: true, body: true, feed: idle }\n';
  const model = parseEndpoints(yaml, { file: 'endpoints.yaml', directory: '/' });

  it('is kept alive by its heartbeats, of which three may be missed', async function () {
    this.timeout(30_000);
    const readTimeout = 'proxy_read_timeout 90s';
    const nginx = use(await openNginx({ changes: { [readTimeout]: 'proxy_read_timeout 1s' } }), (nginx) =>
      nginx.close(),
    );
    const broker = new MemoryBroker();
    const bus = use(openMemoryBus({ topology: topologyOf(model), broker }), (bus) => bus.close());
    const limits = { pingIntervalMs: 300, eventHeartbeatMs: 300 };
    const live = use(createLive({ model, bus, log: silentLog, limits }), (live) => live.close());
    const server = createServer(live.handleRequest).on('upgrade', live.handleUpgrade);
    use(server, (server) => closeServer(server, 0));
    const address = replicaAddress();
    await listen(server, { host: address, port: nginx.ports.liveupdate });
    nginx.names.set('liveupdate', [address]);
    const socket = await openLiveSocket(nginx.url);
    const stream = await openEventSource(`${nginx.url}/sse/v1/idle`);
    let pings = 0;
    socket.socket.on('ping', () => (pings += 1));

    await until(() => pings > 8 && stream.parser.heartbeats > 8);
    const message = { body: encodeEnvelope({ data: Buffer.from('1'), args: Buffer.from('null') }) };
    await bus.publish(
      '/idle/:POST',
      { ...message, messageId: createMessageId(), type: 'POST /idle/', timestampMs: Date.now(), headers: {} },
      { deadlineEpochMs: Date.now() + 5_000 },
    );

    await until(() => socket.received.length === 1 && stream.events.length === 2);
    expect(3 * defaultLimits.pingIntervalMs).to.be.below(90_000);
    expect(3 * defaultLimits.eventHeartbeatMs).to.be.below(90_000);
    expect((await readFile('nginx.conf', 'utf8')).split(readTimeout)).to.have.length(3);
  });
});
