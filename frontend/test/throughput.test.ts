import { expect } from 'chai';
import { parseSystemReport, type SystemReport } from '../src/lib/system-report.ts';
import { throughputBetween, withoutPolls } from '../src/lib/throughput.ts';

interface Counted {
  readonly id: string;
  readonly startedAtMs?: number;
  readonly requests: number;
}

function reportAt(at: number, processes: readonly Counted[]): SystemReport {
  const listed = processes.map(({ id, startedAtMs = 0, requests }) => ({
    id,
    startedAtMs,
    counters: { requests },
  }));
  return parseSystemReport(JSON.stringify({ at, processes: listed }));
}

describe('the throughput between two reports', () => {
  it('sums the increases of all processes, per second', () => {
    const earlier = reportAt(1_000, [
      { id: 'a', requests: 10 },
      { id: 'b', requests: 0 },
    ]);
    const later = reportAt(3_000, [
      { id: 'a', requests: 30 },
      { id: 'b', requests: 5 },
    ]);

    expect(throughputBetween(earlier, later)).to.deep.equal({ requests: 12.5 });
  });

  it('excludes a process that comes or goes', () => {
    const earlier = reportAt(0, [
      { id: 'a', requests: 10 },
      { id: 'gone', requests: 99 },
    ]);
    const later = reportAt(1_000, [
      { id: 'a', requests: 12 },
      { id: 'new', requests: 500 },
    ]);

    expect(throughputBetween(earlier, later)).to.deep.equal({ requests: 2 });
  });

  it('counts from zero for a process that restarted', () => {
    const earlier = reportAt(0, [{ id: 'a', startedAtMs: 1, requests: 1_000 }]);
    const later = reportAt(1_000, [{ id: 'a', startedAtMs: 2, requests: 8 }]);

    expect(throughputBetween(earlier, later)).to.deep.equal({ requests: 8 });
  });

  it('is unknown when no time has passed', () => {
    const report = reportAt(1_000, [{ id: 'a', requests: 10 }]);

    expect(throughputBetween(report, report)).to.deep.equal({});
  });
});

describe('the report of the system', () => {
  it('is read as documented', () => {
    const report = parseSystemReport(`{"at":5,
      "routes":[{"key":"POST /messages/","delivery":"fanout","feed":"messages","workers":["messages_post"]}],
      "processes":[{"id":"h:1","role":"start","version":"0.1.0","startedAtMs":1,"ready":true,
        "checks":{"bus":"ok"},"memoryBytes":7,"embedded":["bus"],"counters":{"requests":3}}],
      "unreachable":[{"peer":"http://10.0.0.7:9082","why":"refused"}],
      "queues":[{"name":"/messages/:POST","kind":"work","messages":3,"consumers":1}]}`);

    expect(report.routes).to.deep.equal([
      {
        key: 'POST /messages/',
        delivery: 'fanout',
        feed: 'messages',
        workers: ['messages_post'],
        target: undefined,
      },
    ]);
    expect(report.processes[0]).to.deep.include({
      ready: true,
      checks: { bus: 'ok' },
      counters: { requests: 3 },
    });
    expect(report.unreachable[0]?.why).to.equal('refused');
    expect(report.queues[0]).to.include({ kind: 'work', messages: 3 });
  });

  it('is empty where it says nothing', () => {
    expect(parseSystemReport('{"processes":[{}]}').processes[0]).to.deep.include({
      ready: false,
      checks: {},
    });
    expect(parseSystemReport('null').queues).to.deep.equal([]);
  });

  it("excludes the pages' own requests", () => {
    const counts = [
      withoutPolls({ requests: 5, handled: 7, polls: 3 }),
      withoutPolls({ handled: 1, polls: 2 }),
    ];

    expect(counts.map(({ handled }) => handled)).to.deep.equal([4, 0]);
    expect(withoutPolls({ requests: 5, polls: 3 })).to.deep.equal({ requests: 5, polls: 3 });
  });
});
