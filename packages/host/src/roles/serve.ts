import type { TopologyUse } from '@restmapper/core';
import { type Endpoint, formatTarget, type Model, topologyOf } from '@restmapper/endpoints';
import type { Role } from './role.ts';

/** The gateway: it publishes to every endpoint. */
export const serve: Role = {
  name: 'serve',
  summary: 'run the gateway: HTTP to RabbitMQ',
  ports: { port: '8081' },
  needs: { bus: 'shared', database: false },
  use: (model) => ({ exchanges: exchangesOf(model), queues: [], ...requestsOf(model) }),
  serves: ({ endpoints }) => endpoints.map((endpoint) => [`endpoint ${endpoint.key}`, targetOf(endpoint)]),
  privileges: {
    broker: {
      name: 'gateway',
      // RabbitMQ 4.3 shows a queue only to users with a permission on it, and one that serves requests must be seen.
      rights: (model) => ({
        configure: [],
        write: [...exchangesOf(model), ...requestQueuesOf(model)],
        read: ['RPC'],
      }),
    },
  },
  load: () => import('./serve.open.ts'),
};

/** The exchanges that calls are published to, foreign ones included. */
function exchangesOf({ endpoints }: Model): readonly string[] {
  return [...new Set(endpoints.map(({ exchange }) => exchange).filter((name) => name !== ''))];
}

/** The queues of the requests that have several; a single one has the name of its exchange. */
function requestQueuesOf(model: Model): readonly string[] {
  const { queues, bindings } = topologyOf(model);
  const requests = new Set(queues.flatMap(({ kind, name }) => (kind === 'rpc' ? [name] : [])));
  const exchanges = new Set(exchangesOf(model));
  return bindings
    .filter(({ exchange, queue }) => exchanges.has(exchange) && requests.has(queue) && queue !== exchange)
    .map(({ queue }) => queue);
}

/** The foreign queues that calls are sent to. */
function requestsOf({ endpoints }: Model): Pick<TopologyUse, 'requested'> {
  const queues = endpoints.flatMap(({ delivery: { foreign } }) =>
    foreign?.kind === 'queue' ? [foreign.queue] : [],
  );
  return queues.length > 0 ? { requested: [...new Set(queues)] } : {};
}

/** The broker object that the calls of an endpoint depend on. */
function targetOf({ exchange, delivery: { foreign } }: Endpoint): string {
  return foreign ? formatTarget(foreign) : `exchange ${exchange}`;
}
