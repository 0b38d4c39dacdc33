import { expect } from 'chai';
import { AuthFailure } from '../../src/caller/principal.ts';
import { Slots } from '../../src/caller/slots.ts';

describe('slots', () => {
  it('are taken up to the maximum, waited for up to another, and refused beyond', async () => {
    const slots = new Slots({ max: 2, maxWaiting: 1 });
    const ends: (() => void)[] = [];
    const work = () => slots.run(() => new Promise<void>((resolve) => ends.push(resolve)));
    const running = [work(), work(), work()];

    const refused = await work().catch((error: unknown) => error);

    expect(refused).to.be.instanceOf(AuthFailure).with.property('kind', 'unavailable');
    expect(ends).to.have.length(2);
    ends[0]?.();
    await running[0];
    expect(ends).to.have.length(3);
    for (const end of ends) end();
    await Promise.all(running);
    await slots.run(async () => {});
  });

  it('are released by work that fails', async () => {
    const slots = new Slots({ max: 1, maxWaiting: 0 });

    await slots.run(() => Promise.reject(new Error('no'))).catch(() => {});

    expect(await slots.run(async () => 'done')).to.equal('done');
  });
});
