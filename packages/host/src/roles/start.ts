import { live } from './live.ts';
import type { Role } from './role.ts';
import { serve } from './serve.ts';
import { work } from './work.ts';

const parts = [serve, work, live];

/** Everything in one process, on one port. */
export const start: Role = {
  name: 'start',
  summary: 'run everything in one process; without AMQP_URL and DATABASE_URL, bus and database are embedded',
  ports: { port: '8080' },
  needs: { bus: 'any', database: 'any' },
  opensDeadLetters: true,
  use(model, workers) {
    const uses = parts.map(({ use }) => use(model, workers));
    const requested = uses.flatMap(({ requested = [] }) => requested);
    return {
      exchanges: [...new Set(uses.flatMap(({ exchanges }) => exchanges))],
      queues: [...new Set(uses.flatMap(({ queues }) => queues))],
      ...(requested.length > 0 && { requested }),
    };
  },
  serves: (model, workers) => parts.flatMap(({ serves }) => serves(model, workers)),
  load: () => import('./start.open.ts'),
};
