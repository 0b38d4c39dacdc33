/** The body that every benchmark sends; it matches the schema in `bench/endpoints.yaml`. */
export const body = JSON.stringify({
  name: 'a message of ordinary length',
  count: 42,
  tags: ['red', 'green'],
});

export const bodySchema = {
  type: 'object',
  required: ['name', 'count'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    count: { type: 'integer', minimum: 0 },
    tags: { type: 'array', items: { type: 'string' } },
  },
  additionalProperties: false,
};

/** The queues have the names of their exchanges. */
export function exchanges(contestant: Contestant): { fanout: string; rpc: string } {
  if (contestant === 'restmapper') return { fanout: '/events/:POST', rpc: '/requests/:POST' };
  return { fanout: 'hand-written:events', rpc: 'hand-written:requests' };
}

export type Contestant = 'restmapper' | 'hand';

/** The median of several rounds' figures. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
