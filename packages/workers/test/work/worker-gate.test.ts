import { Interrupted, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { DatabaseError } from '../../src/database/database-error.ts';
import { DatabaseGate } from '../../src/work/database-gate.ts';
import { WorkerGate } from '../../src/work/worker-gate.ts';

const never = new AbortController().signal;
const unready = new DatabaseError('unready', '42P01', new Error('the table a does not exist'));
const away = new DatabaseError('away', '40001', new Error('could not serialize access'));
const diskFull = new DatabaseError('away', '53100', new Error('could not extend file'));

interface Probes {
  readonly probe?: () => Promise<void>;
  readonly prepare?: () => Promise<void>;
}

function useGates({ probe = async () => {}, prepare = async () => {} }: Probes) {
  const changes: boolean[] = [];
  const database = use(new DatabaseGate({ probe, log: silentLog }), (gate) => gate.close());
  const onChange = (isShut: boolean): void => {
    changes.push(isShut);
  };
  const gate = new WorkerGate({ database, prepare, log: silentLog, onChange });
  return { database, gate: use(gate, (gate) => gate.close()), changes };
}

/** Work that fails this many times, and then returns how often it ran. */
function failing(times: number, error: Error): () => Promise<number> {
  let runs = 0;
  return async () => {
    runs += 1;
    if (runs <= times) throw error;
    return runs;
  };
}

describe('WorkerGate', () => {
  it('holds work back until its tables can be prepared, and runs it again', async () => {
    let preparations = 0;
    const { database, gate, changes } = useGates({
      async prepare() {
        preparations += 1;
        if (preparations < 3) throw unready;
      },
    });

    const runs = await gate.run(failing(1, unready), never);

    expect({ runs, preparations, changes }).to.deep.equal({
      runs: 2,
      preparations: 3,
      changes: [true, false],
    });
    expect(gate.reason ?? database.reason).to.equal(undefined);
  });

  it('states why it is shut, while the database and other workers continue', async () => {
    const { database, gate } = useGates({ prepare: () => new Promise(() => {}) });
    const other = new WorkerGate({ database, prepare: async () => {}, log: silentLog });

    gate.hold(unready);

    expect(gate.reason).to.equal('the table a does not exist');
    expect(database.reason ?? other.reason).to.equal(undefined);
    expect(await other.run(async () => 7, never)).to.equal(7);
  });

  it('retries work that loses a database that responds, and then fails it', async () => {
    const { database, gate, changes } = useGates({});
    let runs = 0;
    const work = async () => {
      runs += 1;
      throw away;
    };

    const error = await gate.run(work, never).catch((thrown: unknown) => thrown);

    expect(error).to.equal(away);
    expect(runs).to.equal(6);
    expect(changes).to.deep.equal([]);
    expect(database.reason).to.equal(undefined);
  });

  it('never fails work that loses a database that does not respond', async () => {
    let probes = 0;
    const { gate } = useGates({
      async probe() {
        probes += 1;
        if (probes % 2 === 1) throw new Error('connect ECONNREFUSED');
      },
    });

    expect(await gate.run(failing(6, away), never)).to.equal(7);
  });

  it('never fails work because of a full disk, though the server responds', async () => {
    const { gate, changes } = useGates({});

    expect(await gate.run(failing(6, diskFull), never)).to.equal(7);
    expect(changes.filter((isShut) => isShut)).to.have.length(6);
  });

  it('passes on remarks while work continues', async () => {
    const { gate, changes } = useGates({});

    gate.remark('the table a takes no row');

    expect(gate.reason).to.equal('the table a takes no row');
    expect(await gate.run(async () => 7, never)).to.equal(7);
    gate.remark(undefined);
    expect(gate.reason).to.equal(undefined);
    expect(changes).to.deep.equal([]);
  });

  it('interrupts waiting work when it is closed', async () => {
    const { gate } = useGates({ prepare: () => Promise.reject(unready) });
    gate.hold(unready);

    const waiting = gate.run(async () => 7, never).catch((thrown: unknown) => thrown);
    gate.close();

    expect(await waiting).to.be.instanceOf(Interrupted);
  });
});
