import type { ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { returnsCounter } from '../../../src/amqp/consuming/returns.ts';

function received(headers: object, { redelivered = true } = {}): ConsumeMessage {
  // The only part that is read.
  return { fields: { redelivered }, properties: { headers } } as unknown as ConsumeMessage;
}

describe('the count of returns', () => {
  it('is the delivery count before RabbitMQ 4.3', () => {
    for (const version of ['3.10.8', '4.0.5', '4.2.3', '', undefined]) {
      const count = returnsCounter(version);
      expect(count(received({ 'x-delivery-count': 3, 'x-acquired-count': 77 }))).to.equal(3);
    }
  });

  it('is the acquired count from RabbitMQ 4.3 on', () => {
    for (const version of ['4.3.0', '4.3.6', '4.10.0', '5.0.0-rc.1']) {
      const count = returnsCounter(version);
      expect(count(received({ 'x-delivery-count': 55, 'x-acquired-count': 3 }))).to.equal(3);
    }
  });

  it('is 0 for a first delivery, whatever its publisher wrote', () => {
    const headers = { 'x-delivery-count': 55, 'x-acquired-count': 77 };

    for (const version of ['3.10.8', '4.3.6']) {
      expect(returnsCounter(version)(received(headers, { redelivered: false }))).to.equal(0);
    }
  });

  it('continues from the count of a released message', () => {
    const headers = { 'x-returns': 4, 'x-delivery-count': 2, 'x-acquired-count': 3 };

    expect(returnsCounter('3.10.8')(received(headers))).to.equal(6);
    expect(returnsCounter('4.3.6')(received(headers))).to.equal(7);
    expect(returnsCounter('4.3.6')(received(headers, { redelivered: false }))).to.equal(4);
  });

  it('is 0 when it is missing or invalid', () => {
    const count = returnsCounter('4.3.6');

    for (const times of [undefined, 'three', null, {}, -1]) {
      expect(count(received({ 'x-acquired-count': times }))).to.equal(0);
    }
  });
});
