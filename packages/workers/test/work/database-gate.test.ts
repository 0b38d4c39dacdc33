import { Interrupted, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { DatabaseError } from '../../src/database/database-error.ts';
import { DatabaseGate } from '../../src/work/database-gate.ts';

const away = new DatabaseError('away', '57P01', new Error('shutting down'));
const never = new AbortController().signal;

function useGate(probe: () => Promise<void>) {
  const changes: boolean[] = [];
  const gate = new DatabaseGate({ probe, log: silentLog, onChange: (isPaused) => changes.push(isPaused) });
  return { gate: use(gate, (gate) => gate.close()), changes };
}

describe('DatabaseGate', () => {
  it('passes on the value and the errors of work', async () => {
    const { gate, changes } = useGate(async () => {});
    const failures = [
      new DatabaseError('data', '22P02', new Error('no')),
      new DatabaseError('defect', '42P01', new Error('no table')),
      new TypeError('a defect of a handler'),
    ];

    const value = await gate.run(async () => 7, never);
    const errors = await Promise.all(
      failures.map((failure) =>
        gate.run(() => Promise.reject(failure), never).catch((thrown: unknown) => thrown),
      ),
    );

    expect({ value, errors, changes }).to.deep.equal({ value: 7, errors: failures, changes: [] });
  });

  it('holds all work back with one probe, then runs it again', async () => {
    let probes = 0;
    const { gate, changes } = useGate(async () => {
      probes += 1;
      if (probes < 3) throw new Error(`not yet ${probes}`);
    });
    const work = () => {
      let runs = 0;
      return async () => {
        runs += 1;
        if (runs === 1) throw away;
        return runs;
      };
    };

    const runs = await Promise.all([1, 2, 3].map(() => gate.run(work(), never)));

    expect(runs).to.deep.equal([2, 2, 2]);
    expect(probes).to.equal(3);
    expect(changes).to.deep.equal([true, false]);
    expect(gate.reason).to.equal(undefined);
  });

  it('never fails work while the database is away, even if it often responds in between', async () => {
    let probes = 0;
    const { gate, changes } = useGate(async () => {
      probes += 1;
      if (probes === 6) throw new Error('starting up');
    });
    let runs = 0;
    const work = async () => {
      runs += 1;
      if (runs <= 6) throw away;
      return runs;
    };

    expect(await gate.run(work, never)).to.equal(7);
    expect(changes).to.deep.equal([true, false]);
  });

  it('states why it is shut', () => {
    const { gate } = useGate(() => new Promise(() => {}));

    gate.shut(away);

    expect(gate.reason).to.equal('shutting down');
  });

  it('lets waiting work leave by its signal', async () => {
    const { gate } = useGate(() => Promise.reject(new Error('away')));
    const leaving = new AbortController();
    const reason = new Error('the deadline has passed');

    const waiting = gate.run(() => Promise.reject(away), leaving.signal).catch((thrown: unknown) => thrown);
    leaving.abort(reason);

    expect(await waiting).to.equal(reason);
  });

  it('interrupts waiting work when it is closed', async () => {
    const { gate } = useGate(() => Promise.reject(new Error('away')));
    gate.shut(away);

    const waiting = gate.run(async () => 7, never).catch((thrown: unknown) => thrown);
    gate.close();

    expect(await waiting).to.be.instanceOf(Interrupted);
  });
});
