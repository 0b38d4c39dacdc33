import { isOwn, type Model, sourcesOf } from '@restmapper/endpoints';
import type { Role } from './role.ts';

/** Workers: they consume their queues; their modules publish to and ask every source. */
export const work: Role = {
  name: 'work',
  summary: 'run workers: RabbitMQ to PostgreSQL',
  ports: { adminPort: '9083' },
  needs: { bus: 'shared', database: 'named' },
  choosesWorkers: true,
  use: (model, names) => ({
    exchanges: [
      ...new Set([...sourcesOf(model).filter(isOwn), ...model.outputs].map(({ exchange }) => exchange)),
    ],
    queues: [...new Set(chosen(model, names).map(({ queue }) => queue))],
  }),
  serves: (model, names) => [
    ...chosen(model, names).map(({ name, queue }) => [`worker ${name}`, `queue ${queue}`] as const),
    ...model.outputs.map(({ key, exchange }) => [`output ${key}`, `exchange ${exchange}`] as const),
  ],
  privileges: {
    broker: {
      name: 'worker',
      // It declares everything. It publishes retries, dead letters and replies to queues through the default
      // exchange.
      rights: (_model, declared) => ({
        configure: declared,
        write: ['amq.default', ...declared],
        read: declared,
      }),
    },
    database: { name: 'worker', tables: 'SELECT, INSERT, UPDATE, DELETE', sequences: 'USAGE, SELECT' },
  },
  load: () => import('./work.open.ts'),
};

function chosen({ workers }: Model, names: readonly string[] | undefined): Model['workers'] {
  return workers.filter(({ name }) => names?.includes(name) ?? true);
}
