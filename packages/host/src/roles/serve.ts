import type { Role } from './role.ts';

/** The gateway: it publishes to every endpoint. */
export const serve: Role = {
  name: 'serve',
  summary: 'run the gateway: HTTP to RabbitMQ',
  ports: { port: '8081' },
  needs: { bus: 'shared', database: false },
  use: ({ endpoints }) => ({ exchanges: endpoints.map(({ exchange }) => exchange), queues: [] }),
  serves: ({ endpoints }) =>
    endpoints.map(({ key, exchange }) => [`endpoint ${key}`, `exchange ${exchange}`]),
  privileges: {
    broker: {
      name: 'gateway',
      rights: ({ endpoints }) => ({
        configure: [],
        write: endpoints.map(({ exchange }) => exchange),
        read: ['RPC'],
      }),
    },
  },
  load: () => import('./serve.open.ts'),
};
