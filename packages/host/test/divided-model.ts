import { type Model, parseEndpoints } from '@restmapper/endpoints';

const text = `
endpoints:
  POST /check: { fanout: true, body: true }
  POST /orders: { fanout: true, body: true }
workers:
  checker: { on: POST /check, use: append, table: checked, queue: check }
  store: { on: POST /orders, use: append, table: orders, queue: orders }
`;

/**
 * A model whose worker `checker` has a queue for each value and partition, `check@eu#0` to `check@us#2`, and whose
 * worker `store` has one.
 */
export function createDividedModel({ values = ['eu', 'us'], partitions = 3 } = {}): Model {
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
  const path = { text: 'data.region', part: 'data' as const, names: ['region'] };
  const order = { path, partitions };
  const routing = { key: { path, values }, orders: [{ queue: 'check', ...order }] };
  return {
    ...model,
    endpoints: model.endpoints.map((endpoint) =>
      endpoint.key === 'POST /check' ? { ...endpoint, routing } : endpoint,
    ),
    workers: model.workers.map((worker) =>
      worker.name === 'checker' ? { ...worker, values, order } : worker,
    ),
  };
}
