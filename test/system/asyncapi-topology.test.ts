import { randomUUID } from 'node:crypto';
import { openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { asyncApiOf, type JsonObject, type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { amqpUrl, deleteTopology, withChannel } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';

/** What a program in another language reads about a channel. */
interface DocumentedChannel {
  readonly bindings: {
    readonly amqp: {
      readonly exchange?: { readonly name: string; readonly type: string; readonly durable: boolean };
      readonly queue?: { readonly name: string; readonly durable: boolean };
    };
  };
  readonly 'x-restmapper'?: {
    readonly exchanges?: readonly {
      readonly name: string;
      readonly type: string;
      readonly durable: boolean;
      readonly arguments: JsonObject;
    }[];
    readonly exchangeBindings?: readonly {
      readonly source: string;
      readonly destination: string;
      readonly routingKey: string;
    }[];
    readonly arguments?: JsonObject;
    readonly boundTo?: readonly {
      readonly exchange: string;
      readonly routingKey: string;
      readonly arguments?: JsonObject;
    }[];
  };
}

function modelWith(name: string): Model {
  const text = `endpoints:
  POST /${name}: { fanout: true, body: true, feed: ${name} }
  PUT /${name}: { rpc: true, feed: ${name} }
workers:
  store: { on: POST /${name}, use: append, table: t }
  other: { on: POST /${name}, use: ./o.ts, queue: "other ${name}", orderingKey: data, partitions: 2 }
feeds:
  ${name}: { maxAge: 2m, maxBytes: 20MB }
`;
  return parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
}

async function declareDocumented(model: Model): Promise<void> {
  const { channels } = asyncApiOf(model, { version: '1' });
  // Everything is taken from the document.
  const documented = Object.values(channels as Readonly<Record<string, DocumentedChannel>>);
  await withChannel(async (channel) => {
    for (const { bindings } of documented) {
      const { exchange } = bindings.amqp;
      if (exchange) await channel.assertExchange(exchange.name, exchange.type, { durable: exchange.durable });
    }
    for (const { 'x-restmapper': extension } of documented) {
      for (const { name, type, durable, arguments: args } of extension?.exchanges ?? []) {
        await channel.assertExchange(name, type, { durable, arguments: args });
      }
      for (const { source, destination, routingKey } of extension?.exchangeBindings ?? []) {
        await channel.bindExchange(destination, source, routingKey);
      }
    }
    for (const { bindings, 'x-restmapper': extension } of documented) {
      const { queue } = bindings.amqp;
      if (!queue || !extension) continue;
      await channel.assertQueue(queue.name, { durable: queue.durable, arguments: extension.arguments });
      for (const { exchange, routingKey, arguments: args } of extension.boundTo ?? []) {
        await channel.bindQueue(queue.name, exchange, routingKey, args);
      }
    }
  });
}

async function openBus(model: Model): Promise<void> {
  const topology = topologyOf(model);
  const bus = openAmqpBus({ urls: [amqpUrl()], topology, name: 'test', log: silentLog });
  use(bus, () => bus.close({ timeoutMs: 2000 }));
  await until(() => bus.status.state === 'up');
}

describe('the topology in the AsyncAPI document', function () {
  this.timeout(30_000);

  for (const [title, ...steps] of [
    ['can be declared before any restmapper process runs', declareDocumented, openBus],
    ['can be declared while they run', openBus, declareDocumented],
  ] as const) {
    it(title, async () => {
      const model = modelWith(`d${randomUUID().slice(0, 8)}`);
      use(topologyOf(model), deleteTopology);

      for (const step of steps) await step(model);
    });
  }
});
