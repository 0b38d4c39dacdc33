import type { Role } from './role.ts';

/** The live bridge: it follows every feed. */
export const live: Role = {
  name: 'live',
  summary: 'run the live bridge: RabbitMQ to WebSocket, at /ws/v1/',
  ports: { port: '8082' },
  needs: { bus: 'shared', database: false },
  use: ({ feeds }) => ({ exchanges: [], queues: feeds.map(({ queue }) => queue) }),
  serves: ({ feeds }) => feeds.map(({ name, queue }) => [`feed ${name}`, `queue ${queue}`]),
  privileges: {
    broker: {
      name: 'live',
      // Its reply queue is unused.
      rights: ({ feeds }) => ({
        configure: [],
        write: [],
        read: ['RPC', ...feeds.map(({ queue }) => queue)],
      }),
    },
  },
  load: () => import('./live.open.ts'),
};
