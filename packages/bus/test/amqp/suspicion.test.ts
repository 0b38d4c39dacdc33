import type { ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { Suspicion } from '../../src/amqp/suspicion.ts';

function returned(times: unknown): ConsumeMessage {
  // The header is all that is read of it.
  return { properties: { headers: { 'x-delivery-count': times } } } as unknown as ConsumeMessage;
}

describe('suspicion', () => {
  it('admits what came back seldom, and makes nothing of strange counts', () => {
    const suspicion = new Suspicion();

    for (const times of [undefined, 0, 1, 2, 'three', null, {}]) {
      expect(suspicion.admits(returned(times))).to.equal(true);
    }
    expect(suspicion.isWary).to.equal(false);
  });

  it('begins with a message that came back often, and ends with one that never did', () => {
    const suspicion = new Suspicion();

    expect([suspicion.admits(returned(3)), suspicion.isWary]).to.deep.equal([false, true]);
    for (const times of [1, 3, 20]) expect(suspicion.admits(returned(times))).to.equal(true);
    expect([suspicion.admits(returned(0)), suspicion.isWary]).to.deep.equal([false, false]);
    expect(suspicion.admits(returned(0))).to.equal(true);
  });
});
