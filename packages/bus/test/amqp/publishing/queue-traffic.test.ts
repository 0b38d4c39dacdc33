import { expect } from 'chai';
import { QueueTraffic } from '../../../src/amqp/publishing/queue-traffic.ts';

describe('the traffic of a queue', () => {
  it('asks the broker about a first request, and passes its answer on', async () => {
    const { traffic, answer } = createTraffic();
    traffic.begin();

    const first = traffic.hasWorker();
    answer(false);

    expect(traffic.isProven).to.equal(false);
    expect(await first).to.equal(false);
  });

  it('shares a positive answer, and asks again after a negative one', async () => {
    const { traffic, answer, asked } = createTraffic();
    const [first, second, third] = [traffic.hasWorker(), traffic.hasWorker(), traffic.hasWorker()];

    answer(false);
    expect(await first).to.equal(false);
    expect(asked()).to.equal(2);
    answer(true);

    expect(await Promise.all([second, third])).to.deep.equal([true, true]);
    expect(asked()).to.equal(2);
  });

  it('accepts a reply as proof for twice the time of a check, and half a millisecond at most', async () => {
    const limits = await Promise.all(
      [0.1, 4].map(async (askingMs) => {
        const { traffic, pass } = await createAskedTraffic(askingMs);
        traffic.begin();
        traffic.markReply();
        let passedMs = 0;
        for (; traffic.isProven; passedMs += 0.01) pass(0.01);
        return passedMs;
      }),
    );

    expect(limits[0]).to.be.within(0.18, 0.22);
    expect(limits[1]).to.be.within(0.48, 0.52);
  });

  it('accepts no reply as proof before the broker was asked', () => {
    const { traffic } = createTraffic();

    traffic.begin();
    traffic.markReply();

    expect(traffic.isProven).to.equal(false);
  });

  it('accepts a reply as proof for some milliseconds while more than eight requests wait', async () => {
    const { traffic, pass } = await createAskedTraffic(0.1);
    for (let i = 0; i < 9; i += 1) traffic.begin();

    traffic.markReply();
    pass(4);
    const whileBusy = traffic.isProven;
    traffic.end();

    expect([whileBusy, traffic.isProven]).to.deep.equal([true, false]);
  });
});

/** Traffic whose broker and clock the test controls. */
function createTraffic() {
  const open: ((hasWorker: boolean) => void)[] = [];
  let asked = 0;
  let nowMs = 0;
  const askBroker = (): Promise<boolean> => {
    asked += 1;
    return new Promise((resolve) => open.push(resolve));
  };
  return {
    traffic: new QueueTraffic('q', askBroker, () => nowMs),
    answer: (hasWorker: boolean) => open.shift()?.(hasWorker),
    asked: () => asked,
    pass: (ms: number) => (nowMs += ms),
  };
}

/** Traffic whose broker has often been asked, and took this long each time. */
async function createAskedTraffic(askingMs: number) {
  const created = createTraffic();
  for (let i = 0; i < 50; i += 1) {
    const asked = created.traffic.hasWorker();
    created.pass(askingMs);
    created.answer(true);
    await asked;
  }
  return created;
}
