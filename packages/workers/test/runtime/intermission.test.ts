import { silentLog } from '@restmapper/core';
import type { QueueSubscription } from '@restmapper/bus';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { DatabaseError } from '../../src/database/database-error.ts';
import { Released } from '../../src/work/errors.ts';
import { DatabaseGate } from '../../src/work/database-gate.ts';
import { Intermission } from '../../src/runtime/intermission.ts';
import { WorkerGate } from '../../src/work/worker-gate.ts';

const never = new AbortController().signal;
const away = new DatabaseError('away', '57P01', new Error('terminated'));

/** A gate that the test opens, and a subscription that records its calls. */
function useIntermission({ isShut = false } = {}) {
  const asked: string[] = [];
  let intermission: Intermission | undefined;
  let isAway = isShut;
  const probe = async (): Promise<void> => {
    if (isAway) throw away;
  };
  const onChange = (): void => intermission?.update();
  const database = use(new DatabaseGate({ probe, log: silentLog, onChange }), (gate) => gate.close());
  if (isShut) database.shut(away);
  const gate = new WorkerGate({ database, prepare: async () => {}, log: silentLog });
  const subscription: QueueSubscription = {
    ready: Promise.resolve(),
    trouble: undefined,
    close: async () => {},
    pause: async () => void asked.push('pause'),
    resume: () => void asked.push('resume'),
  };
  intermission = use(new Intermission(subscription, gate), (intermission) => intermission.end());
  return {
    asked,
    gate,
    intermission,
    shut() {
      isAway = true;
      database.shut(away);
    },
    open() {
      isAway = false;
    },
    untilOpen: () => until(() => database.reason === undefined),
  };
}

/** The reason with which a gate ends its work. */
async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('an intermission', () => {
  it('begins at once if the gate is shut from the start', () => {
    expect(useIntermission({ isShut: true }).asked).to.deep.equal(['pause']);
    expect(useIntermission().asked).to.deep.equal([]);
  });

  it('does not begin when the database is soon back: work waits, and is done', async () => {
    const { asked, gate, shut, open, untilOpen } = useIntermission();

    shut();
    const working = gate.run(async () => 7, never);
    open();

    expect(await working).to.equal(7);
    await untilOpen();
    expect(asked).to.deep.equal([]);
  });

  it('pauses the subscription and releases waiting work, until the database is back', async () => {
    const { asked, gate, shut, open, untilOpen } = useIntermission();

    shut();
    const waiting = await failureOf(gate.run(async () => 7, never));
    const meanwhile = await failureOf(gate.run(async () => 7, never));
    open();
    await untilOpen();

    expect(waiting).to.be.instanceOf(Released);
    expect(meanwhile).to.be.instanceOf(Released);
    expect(asked).to.deep.equal(['pause', 'resume']);
    expect(await gate.run(async () => 7, never)).to.equal(7);
  });

  it('holds work again the next time that the database is away', async () => {
    const { asked, gate, shut, open, untilOpen } = useIntermission({ isShut: true });
    open();
    await untilOpen();

    shut();
    const working = gate.run(async () => 7, never);
    open();

    expect(await working).to.equal(7);
    expect(asked).to.deep.equal(['pause', 'resume']);
  });

  it('releases waiting work when it ends, and leaves running work alone', async () => {
    const { asked, gate, intermission, shut } = useIntermission();
    let finish = (): void => {};
    let hasBegun = false;
    const running = gate.run(async () => {
      hasBegun = true;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
    }, never);
    await until(() => hasBegun);

    shut();
    const waiting = failureOf(gate.run(async () => 7, never));
    intermission.end();

    expect(await waiting).to.be.instanceOf(Released);
    finish();
    await running;
    expect(asked).to.deep.equal([]);
  });
});
