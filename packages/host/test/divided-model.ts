import { type Model, parseEndpoints } from '@restmapper/endpoints';

const text = `
endpoints:
  POST /check: { fanout: true, body: true }
  POST /orders: { fanout: true, body: true }
workers:
  checker: { on: POST /check, use: append, table: checked, queue: check }
  store: { on: POST /orders, use: append, table: orders, queue: orders }
`;

/** How a worker's queue is divided; absent: not. */
export interface Division {
  readonly values?: readonly string[] | undefined;
  readonly partitions?: number | undefined;
}

/**
 * A model whose worker `checker` has a queue for each value and partition, by default `check@eu#0` to `check@us#2`, and
 * whose worker `store` has one.
 */
export function createDividedModel(division: Division = {}): Model {
  const { values, partitions } = { values: ['eu', 'us'], partitions: 3, ...division };
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
  const path = { text: 'data.region', part: 'data' as const, names: ['region'] };
  const order = partitions === undefined ? undefined : { path, partitions };
  const routing = {
    ...(values && { key: { path, values } }),
    orders: order ? [{ queue: 'check', ...order }] : [],
  };
  const isDivided = values !== undefined || order !== undefined;
  return {
    ...model,
    endpoints: model.endpoints.map((endpoint) =>
      endpoint.key === 'POST /check' && isDivided ? { ...endpoint, routing } : endpoint,
    ),
    workers: model.workers.map((worker) =>
      worker.name === 'checker' ? { ...worker, ...(values && { values }), ...(order && { order }) } : worker,
    ),
  };
}
