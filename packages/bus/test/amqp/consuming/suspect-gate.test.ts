import type { ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { type OrderedMessage, SuspectGate } from '../../../src/amqp/consuming/suspect-gate.ts';
import { SuspectLine } from '../../../src/amqp/consuming/suspect-line.ts';

function createMessage(returns: number): OrderedMessage {
  // Compared by identity, never read.
  return { received: {} as ConsumeMessage, returns };
}

function createGate(suspects = new SuspectLine()) {
  const passed: OrderedMessage[] = [];
  let warnings = 0;
  const gate = new SuspectGate<OrderedMessage>({
    suspects,
    pass: (item) => passed.push(item),
    onSuspect: () => (warnings += 1),
  });
  return { gate, passed, warnings: () => warnings };
}

describe('the gate of suspect messages', () => {
  it('lets messages pass that came back rarely', () => {
    const { gate, passed, warnings } = createGate();
    const messages = [0, 9, 0].map(createMessage);

    for (const message of messages) gate.push(message);

    expect(passed).to.deep.equal(messages);
    expect(warnings()).to.equal(0);
  });

  it('lets suspects pass one at a time, and what is behind them after them', async () => {
    const { gate, passed, warnings } = createGate();
    const [first, second, last] = [createMessage(10), createMessage(12), createMessage(0)];

    for (const message of [first, second, last]) gate.push(message);
    await until(() => passed.length === 1);
    const alone = [...passed];
    gate.survived([last]);
    gate.survived(alone);
    await until(() => passed.length === 3);

    expect(alone).to.deep.equal([first]);
    expect(passed).to.deep.equal([first, second, last]);
    expect(warnings()).to.equal(1);
  });

  it('forgets what waits, and leaves the line to the other queues', async () => {
    const suspects = new SuspectLine();
    const [one, other] = [createGate(suspects), createGate(suspects)];
    one.gate.push(createMessage(10));
    await until(() => one.passed.length === 1);
    one.gate.push(createMessage(10));
    other.gate.push(createMessage(10));

    one.gate.clear();

    await until(() => other.passed.length === 1);
    expect(one.passed).to.have.length(1);
  });
});
