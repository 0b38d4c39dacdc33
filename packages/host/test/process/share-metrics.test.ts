import { expect } from 'chai';
import { Registry } from 'prom-client';
import { registerShareMetrics } from '../../src/process/share-metrics.ts';

describe('the metric of partitions', () => {
  it('has what each worker that keeps an order has at the scrape, and none that is gone', async () => {
    const registry = new Registry();
    let shares = new Map([['engine', { active: 3, of: 8 }]]);
    registerShareMetrics(registry, () => shares);

    const first = await registry.metrics();
    shares = new Map();
    const second = await registry.metrics();

    expect(first).to.contain('restmapper_worker_partitions{worker="engine"} 3');
    expect(second).not.to.contain('engine');
  });
});
