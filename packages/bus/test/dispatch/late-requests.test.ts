import { expect } from 'chai';
import { LateRequests } from '../../src/dispatch/late-requests.ts';
import { silentLog } from '@restmapper/core';

describe('late requests', () => {
  it('are counted, and logged once a minute with the question that they raise', () => {
    const logged: unknown[] = [];
    const warn = (fields: object, message: string): void => void logged.push({ ...fields, message });
    const late = new LateRequests({ ...silentLog, warn });

    for (let i = 0; i < 3; i += 1) late.add('prices', 2);

    expect(late.count).to.equal(6);
    expect(logged).to.deep.equal([
      {
        queue: 'prices',
        requests: 2,
        message: 'requests arrived after their deadline and were dropped: are the clocks synchronized?',
      },
    ]);
  });
});
