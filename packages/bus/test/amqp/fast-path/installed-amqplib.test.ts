import { readFile } from 'node:fs/promises';
import type { ConfirmChannel } from 'amqplib';
import { expect } from 'chai';
import { openAmqp } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { collect, createEvents, publishAll } from '../../contract/fixtures.ts';
import { openUpBus } from '../fixtures.ts';

/** The parts of an amqplib connection that the fast path replaces. */
interface Decoder {
  readonly rest: Buffer;
  recvFrame(): object | false;
}

const frameTypes = { header: 2, body: 3 };

describe('the fast path on the installed amqplib', () => {
  it('publishes without amqplib’s publish and its encoder', async () => {
    const channel = await openConfirmChannel();
    const published = countCalls(channel, 'publish');
    const encoded = countCalls(channel, 'sendMessage');
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const { texts } = await collect(bus, queue);

    await publishAll(bus, exchange, ['1', '2', '3']);
    const byBus = published() + encoded();
    channel.publish('', queue, Buffer.from('4'));

    await until(() => texts().length === 4);
    expect(texts()).to.deep.equal(['1', '2', '3', '4']);
    expect([byBus, published()]).to.deep.equal([0, 1]);
  });

  it('decodes deliveries without amqplib’s decoder', async () => {
    const channel = await openConfirmChannel();
    const decoded = countDecodedParts(channel.connection);
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const { texts, subscription } = await collect(bus, queue);

    await publishAll(bus, exchange, ['1', '2', '3']);
    await until(() => texts().length === 3);
    const byBus = decoded();
    await subscription.close();
    await publishAll(bus, exchange, ['4']);
    const message = await channel.get(queue, { noAck: true });

    expect(message && String(message.content)).to.equal('4');
    expect([byBus, decoded()]).to.deep.equal([0, 2]);
  });

  it('is the one that the packages pin', async () => {
    const installed = await readManifest('node_modules/amqplib/package.json');
    const manifests = await Promise.all(
      ['package.json', 'packages/bus/package.json'].map((path) => readManifest(path)),
    );

    const pinned = manifests.map(
      ({ dependencies, devDependencies }) => dependencies?.['amqplib'] ?? devDependencies?.['amqplib'],
    );

    expect(pinned).to.deep.equal([installed.version, installed.version]);
  });
});

/** Counts how often a method of amqplib's own is called, whatever the channel. */
function countCalls(channel: ConfirmChannel, name: 'publish' | 'sendMessage'): () => number {
  let calls = 0;
  let prototype = Object.getPrototypeOf(channel) as Record<string, (...args: unknown[]) => unknown>;
  while (!Object.hasOwn(prototype, name)) prototype = Object.getPrototypeOf(prototype) as typeof prototype;
  const method = prototype[name];
  if (!method) throw new Error(`amqplib has no ${name}`);
  prototype[name] = function (this: ConfirmChannel, ...args) {
    calls += 1;
    return method.apply(this, args);
  };
  use(prototype, () => void (prototype[name] = method));
  return () => calls;
}

/** Counts the headers and bodies that amqplib itself decodes, whatever the connection. */
function countDecodedParts(connection: object): () => number {
  let frames = 0;
  const prototype = Object.getPrototypeOf(connection) as Decoder;
  const { recvFrame } = prototype;
  expect(recvFrame).to.be.a('function');
  prototype.recvFrame = function (this: Decoder) {
    const { rest } = this;
    const isWhole = rest.length >= 8 && rest.length >= rest.readUInt32BE(3) + 8;
    if (isWhole && (rest[0] === frameTypes.header || rest[0] === frameTypes.body)) frames += 1;
    return recvFrame.call(this);
  };
  use(prototype, () => (prototype.recvFrame = recvFrame));
  return () => frames;
}

async function openConfirmChannel(): Promise<ConfirmChannel> {
  const model = use(await openAmqp(), (model) => model.close());
  return await model.createConfirmChannel();
}

/** The parts of a `package.json` that name versions. */
interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

async function readManifest(path: string): Promise<Manifest> {
  return JSON.parse(await readFile(path, 'utf8')) as Manifest;
}
