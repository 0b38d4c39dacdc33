import { expect } from 'chai';
import { dividedQueuesOf, guessedParts } from '../../src/inspection/divided-queues.ts';
import { partFindings } from '../../src/inspection/part-findings.ts';
import { createDividedModel } from '../divided-model.ts';

type Depths = Readonly<Record<string, number>>;

/** What is found about the worker `checker`, by the depths of the queues on the broker. */
function findingsOf(
  model: ReturnType<typeof createDividedModel>,
  depths: Depths,
  { vhost = '/', consumers = 0 } = {},
) {
  const queues = new Map(
    Object.entries(depths).map(([name, messages]) => [name, { messages, consumers }] as const),
  );
  return partFindings(dividedQueuesOf(model), { queues, vhost });
}

/** The depths of the queues that a model names, and of others. */
function depthsOf(model: ReturnType<typeof createDividedModel>, others: Depths = {}): Depths {
  const names = dividedQueuesOf(model).flatMap(({ queues }) => queues);
  return { ...Object.fromEntries(names.map((name) => [name, 0])), ...others };
}

describe('the findings about the parts of a queue', () => {
  const regions = createDividedModel({ partitions: undefined });
  const ordered = createDividedModel({ values: undefined, partitions: 8 });
  const whole = createDividedModel({ values: undefined, partitions: undefined });

  it('are none when the broker has what the file names, or nothing', () => {
    for (const model of [regions, ordered, whole, createDividedModel()]) {
      expect(findingsOf(model, depthsOf(model))).to.deep.equal([]);
      expect(findingsOf(model, {})).to.deep.equal([]);
    }
  });

  it('say where messages wait that no worker of the file consumes, and how to have them processed', () => {
    const others = { 'check#8': 12, 'check#9': 7, 'check#10': 0, 'check#9.dead': 3, 'checked#8': 1 };

    const findings = findingsOf(ordered, depthsOf(ordered, others));

    expect(findings.map(({ code, messages }) => [code, messages])).to.deep.equal([
      ['LIVE_PARTS', 19],
      ['LIVE_LEFTOVER', undefined],
    ]);
    expect(findings[0]?.message).to.equal(
      "19 messages of check wait where no worker of this file looks for them: check#8 (12), check#9 (7); run workers with the older file until these queues are empty, then delete them: `rabbitmqctl delete_queue 'check#8'`, `rabbitmqctl delete_queue 'check#9'`",
    );
    expect(findings[1]?.message).to.equal(
      "a queue of check, without messages, from a file with other values or partitions (the dead letters, with `.dead`, after `restmapper dlq` with the older file): `rabbitmqctl delete_queue 'check#10'`",
    );
  });

  it('do not call a queue empty whose consumers may have messages in progress', () => {
    const [finding] = findingsOf(ordered, depthsOf(ordered, { 'check#8': 0 }), { consumers: 1 });

    expect(finding?.message).to.contain('to be deleted once without messages and consumers');
  });

  it('name a value that the file no longer has', () => {
    const [finding, ...others] = findingsOf(regions, depthsOf(regions, { 'check@asia': 1 }));

    expect(finding).to.include({ code: 'LIVE_PARTS', messages: 1 });
    expect(finding?.message).to.contain('check@asia (1)').and.not.to.contain('curl');
    expect(others).to.deep.equal([]);
  });

  it('say what copies new messages to a queue that was not divided before, and how to end it', () => {
    const [finding] = findingsOf(ordered, depthsOf(ordered, { check: 5 }), { vhost: 'shop' });

    expect(finding).to.include({ code: 'LIVE_PARTS', messages: 5 });
    expect(finding?.message).to.contain("`rabbitmqctl --vhost 'shop' delete_queue 'check'`");
    expect(finding?.message).to.contain(
      '`curl --request DELETE "$BROKER_ADMIN_URL/api/bindings/shop/e/%2Fcheck%3APOST/q/check/~"`',
    );
  });

  it('say the same of queues that are no longer divided, each exchange once', () => {
    const [byOrder] = findingsOf(whole, depthsOf(whole, { 'check#0': 2, 'check#1': 0 }));
    const [byValue] = findingsOf(whole, depthsOf(whole, { 'check@eu': 2 }));
    const [both] = findingsOf(regions, depthsOf(regions, { 'check@eu#0': 0, 'check@us#0': 0 }));

    expect(byOrder?.message).to.match(/end this with `[^`]*\/api\/exchanges\/%2F\/check%23"`$/);
    expect(byValue?.message).to.match(/end this with `[^`]*\/api\/exchanges\/%2F\/%2Fcheck%3APOST%40"`$/);
    expect(both?.code).to.equal('LIVE_LEFTOVER');
    expect(both?.message).to.match(/check%40eu%23"`, `[^`]*check%40us%23"`$/);
  });

  it('refuse more partitions while messages wait in the old ones, and only then', () => {
    const eight = { 'check#0': 0, 'check#1': 100, 'check#2': 0, 'check#3': 20 };

    const [finding, ...others] = findingsOf(ordered, eight);

    expect(finding).to.include({ code: 'LIVE_PARTS', messages: 120 });
    expect(finding?.object.name).to.equal('check#4');
    expect(finding?.message).to.contain('check gets 8 partitions instead of 4 while 120 messages wait');
    expect(others).to.deep.equal([]);
    expect(findingsOf(ordered, { 'check#0': 0, 'check#1': 0 })).to.deep.equal([]);
  });

  it('look for parts without the management API: all partitions of an ordered queue, else the first', () => {
    const listsOf = (model: ReturnType<typeof createDividedModel>) =>
      guessedParts(dividedQueuesOf(model)).filter(([first]) => first?.startsWith('check'));

    expect(listsOf(ordered)).to.deep.equal([
      ['check'],
      ...Array.from({ length: 56 }, (_none, i) => [`check#${i + 8}`]),
    ]);
    expect(listsOf(whole).map(([first]) => first)).to.deep.equal(['check#0']);
    expect(listsOf(regions).map(([first]) => first)).to.deep.equal(['check', 'check@eu#0', 'check@us#0']);
    const many = Array.from({ length: 10 }, (_none, i) => `v${i}`);
    expect(listsOf(createDividedModel({ values: many }))).to.have.length(11);
  });
});
