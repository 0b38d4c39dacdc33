import { openAuthenticator } from '@restmapper/auth';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { openEventSource } from '../../../test/support/event-source.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import type { Live } from '../src/index.ts';
import { type Client, openClient, openLive, publish } from './support/open-live.ts';

/** A file with these feeds, each of an endpoint of its name. */
function modelOf(feeds: Readonly<Record<string, string>>, rest = ''): Model {
  const names = Object.keys(feeds);
  const endpoints = names.map((name) => `  POST /${name}/: { fanout: true, body: true, feed: ${name} }\n`);
  const settings = names.map((name) => `  ${name}: { ${feeds[name]} }\n`);
  const text = `endpoints:\n${endpoints.join('')}feeds:\n${settings.join('')}${rest}`;
  return parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
}

const first = modelOf({ kept: '', gone: '' });

async function openFirst() {
  const bus = use(openMemoryBus({ topology: topologyOf(first), log: silentLog }), (bus) => bus.close());
  const server = await openLive(bus, {}, { model: first });
  return { bus, server, url: `http://127.0.0.1:${server.port}` };
}

async function replace(bus: Bus, live: Live, model: Model): Promise<void> {
  await bus.replaceTopology({ topology: topologyOf(model) });
  const authenticator = openAuthenticator(model.auth, { log: silentLog });
  use(authenticator, () => authenticator.close());
  await (await live.prepare({ model, authenticator })).adopt();
}

async function subscribe({ ws, received }: Client, ...feeds: readonly string[]): Promise<void> {
  const before = received.length;
  for (const [id, feed] of feeds.entries()) ws.send(JSON.stringify({ t: 'sub', id, feed }));
  await until(() => received.length > before + feeds.length - 1);
}

const auth = `auth:
  schemes:
    shops: { apiKey: { clients: { shop: { keys: [${'ab'.repeat(32)}] } } } }
`;

const protocols = ['liveupdate.v1.json'];

describe('the live bridge, when its model is replaced', () => {
  it('ends the subscription to a feed that is removed, and nothing else', async () => {
    const { bus, server } = await openFirst();
    const client = await openClient(server, { protocols });
    await until(() => client.received.length > 0);
    await subscribe(client, 'kept', 'gone');

    await replace(bus, server.live, modelOf({ kept: '' }));
    await publish(bus, '{"n":1}', '/kept/');

    await until(() => client.received.some((text) => text.includes('"n":1')));
    expect(client.received.filter((text) => text.startsWith('{"t":"end"'))).to.deep.equal([
      '{"t":"end","f":"gone","why":"removed"}',
    ]);
    await subscribe(client, 'gone');
    expect(JSON.parse(client.received.at(-1) ?? '')).to.include({ t: 'err', code: 'UNKNOWN_FEED' });
    expect(await server.metric('subscriptions{feed="gone"}')).to.equal(0);
  });

  it('ends the subscription to a feed that passes on other data; it can be renewed', async () => {
    const { bus, server } = await openFirst();
    const client = await openClient(server, { protocols });
    await until(() => client.received.length > 0);
    await subscribe(client, 'kept', 'gone');

    await replace(bus, server.live, modelOf({ kept: '', gone: 'payload: none' }));
    await subscribe(client, 'gone');
    await publish(bus, '{"n":1}', '/gone/');

    await until(() => client.received.some((text) => text.startsWith('{"t":"m","f":"gone"')));
    expect(client.received).to.include('{"t":"end","f":"gone","why":"changed"}');
    expect(client.received.at(-1)).not.to.include('"n":1');
  });

  it('serves added feeds to clients without a subprotocol', async () => {
    const { bus, server } = await openFirst();
    const client = await openClient(server);

    await replace(bus, server.live, modelOf({ kept: '', added: '' }));
    await publish(bus, '1', '/kept/');
    await publish(bus, '2', '/added/');

    await until(() => client.received.length === 2);
    expect(client.received.toSorted()).to.deep.equal(['1', '2']);
  });

  it('ends the events of a feed that is removed with 4507, and answers 404 from then on', async () => {
    const { bus, server, url } = await openFirst();
    const events = await openEventSource(`${url}/sse/v1/gone`);
    await until(() => events.events.length > 0);

    await replace(bus, server.live, modelOf({ kept: '' }));

    const bye = await until(() => events.events.find(({ event }) => event === 'bye'));
    expect(JSON.parse(bye.data)).to.deep.equal({ code: 4507, why: 'feed removed' });
    expect((await fetch(`${url}/live/v1/gone`)).status).to.equal(404);
  });

  it('disconnects watchers that have lost their access', async () => {
    const { bus, server } = await openFirst();
    const client = await openClient(server, { protocols });
    await until(() => client.received.length > 0);
    await subscribe(client, 'kept');

    await replace(bus, server.live, modelOf({ kept: '' }, auth));

    expect((await client.closed).code).to.equal(4502);
  });

  it('follows nothing more when the next model does not take effect', async () => {
    const { bus, server } = await openFirst();
    const model = modelOf({ kept: '', gone: '', added: '' });
    await bus.replaceTopology({ topology: topologyOf(model) });
    const authenticator = openAuthenticator(undefined, { log: silentLog });

    const next = await server.live.prepare({ model, authenticator });
    const followed = (await bus.inspect()).map(({ name, consumers }) => `${name} ${consumers}`);
    await next.discard();

    expect(followed).to.include('feed:added 1');
    expect((await bus.inspect()).find(({ name }) => name === 'feed:added')?.consumers).to.equal(0);
  });
});
