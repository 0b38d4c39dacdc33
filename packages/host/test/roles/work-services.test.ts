import { expect } from 'chai';
import { readServices } from '../../src/process/read-services.ts';
import { work } from '../../src/roles/work.ts';
import { createDividedModel } from '../divided-model.ts';

describe('the services of workers', () => {
  it('are one for each queue of a worker that has several, of which one may be unavailable', () => {
    const served = work.serves(createDividedModel({ partitions: 2 }));
    const unavailable = [{ kind: 'queue' as const, name: 'check@us#1', reason: 'it differs' }];

    const services = readServices(served, { unavailable });

    expect(served.map(([service]) => service)).to.deep.equal([
      ...['check@eu#0', 'check@eu#1', 'check@us#0', 'check@us#1'].map((name) => `worker checker: ${name}`),
      'worker store',
    ]);
    expect([...services.unavailable]).to.deep.equal([
      ['worker checker: check@us#1', 'unavailable: it differs'],
    ]);
  });

  it('are those of the values that the worker takes', () => {
    const model = createDividedModel({ partitions: undefined });
    const workers = model.workers.map((worker) => (worker.values ? { ...worker, only: ['us'] } : worker));

    expect(work.serves({ ...model, workers }).map(([service]) => service)).to.deep.equal([
      'worker checker: check@us',
      'worker store',
    ]);
  });
});
