import {
  consumedQueuesOf,
  isOwn,
  type Model,
  type Origin,
  sourcesOf,
  type Worker,
} from '@restmapper/endpoints';
import type { Served } from '../process/read-services.ts';
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
    queues: [...new Set(chosen(model, names).flatMap(queuesOf))],
  }),
  serves: (model, names) => [
    ...chosen(model, names).flatMap(servedBy),
    ...inputsOf(model, names),
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

/** The queues that a worker consumes; with several, each is served or not. */
function servedBy(worker: Worker): Served {
  const queues = consumedQueuesOf(worker);
  return queues.map((queue) => {
    const service = `worker ${worker.name}`;
    return [queue === worker.queue ? service : `${service}: ${queue}`, `queue ${queue}`];
  });
}

/** Its own queue, and the one of another application that it also consumes. */
function queuesOf(worker: Worker): readonly string[] {
  const own = consumedQueuesOf(worker);
  return worker.input?.queue === undefined ? own : [...own, worker.input.queue];
}

/** The broker objects of other applications that the inputs of the workers depend on. */
function inputsOf(model: Model, names: readonly string[] | undefined): Served {
  const worked = new Set(chosen(model, names).map(({ on }) => on));
  return model.inputs
    .filter(({ key }) => worked.has(key))
    .flatMap(({ key, origin }) => [
      ...(origin?.queue === undefined ? [] : [[`input ${key}`, `queue ${origin.queue}`] as const]),
      ...exchangesOf(origin).map((name) => [`input ${key} from ${name}`, `exchange ${name}`] as const),
    ]);
}

function exchangesOf(origin: Origin | undefined): readonly string[] {
  return [...new Set(origin?.from.map(({ exchange }) => exchange))];
}

function chosen({ workers }: Model, names: readonly string[] | undefined): Model['workers'] {
  return workers.filter(({ name }) => names?.includes(name) ?? true);
}
