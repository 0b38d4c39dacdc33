import { expect } from 'chai';
import { before } from 'mocha';
import { until } from '../support/until.ts';
import { post } from '../system/calls.ts';
import { type Compose, deployedPort, docker, findDeployed, linesOf } from './compose.ts';
import { underLoad } from './under-load.ts';

const url = `http://127.0.0.1:${deployedPort}`;
const messages = `${url}/api/v1/messages/`;
const brokers = ['rabbitmq', 'rabbitmq-2', 'rabbitmq-3'];
const maxPauseMs = 10_000;

let compose: Compose;

interface Queue {
  readonly name: string;
  readonly type: string;
  readonly leader: string;
  readonly online: readonly string[];
}

/** The queues as a running broker lists them. */
async function queues(): Promise<readonly Queue[]> {
  const [broker = ''] = await runningBrokers();
  const columns = ['name', 'type', 'leader', 'online'];
  const list = ['rabbitmqctl', '--quiet', '--formatter=json', 'list_queues', ...columns];
  return JSON.parse(await compose.run('exec', '-T', broker, ...list)) as readonly Queue[];
}

async function runningBrokers(): Promise<readonly string[]> {
  const running = await Promise.all(brokers.map((broker) => compose.containers(broker)));
  return brokers.filter((_broker, index) => running[index]?.length === 1);
}

/** Other queues are on one node, and have no type while it is down. */
function isCopied({ type }: Queue): boolean {
  return type === 'quorum' || type === 'stream';
}

async function expectCopies(count: number): Promise<void> {
  await until(
    async () => {
      const copied = (await queues()).filter(isCopied);
      expect(copied.map(({ name }) => name)).to.include.members(['/messages/:POST', 'feed:messages']);
      for (const { name, online } of copied) expect(online, name).to.have.length(count);
      return true;
    },
    { timeoutMs: 90_000, everyMs: 1_000 },
  );
}

describe('deploy/compose.cluster.yml', () => {
  before('deploy', async () => {
    compose = await findDeployed();
    await compose.run('up', '--detach', '--no-build');
    await until(async () => (await fetch(messages)).ok, { timeoutMs: 60_000, everyMs: 100 });
  });

  it('replicates queues and feeds to three brokers', async () => {
    const all = brokers.map((broker) => `rabbit@${broker}`);

    await expectCopies(3);

    for (const { online } of (await queues()).filter(isCopied)) {
      expect(online).to.have.members(all);
    }
  });

  for (const victim of ['the leader of the queue', 'the leader of the feed', 'the home of the requests']) {
    it(`recovers within 10 s, without loss or duplicates, when ${victim} is killed`, async () => {
      const broker = await find(victim);
      const [container = ''] = await compose.containers(broker);

      const { confirmed, longestPauseMs } = await underLoad({ compose, url }, async () => {
        await docker('kill', container);
        await until(async () => (await post(messages, { after: victim })).ok, { timeoutMs: 60_000 });
        await expectCopies(2);
        await docker('start', container);
        await expectCopies(3);
        await until(async () => (await fetch(messages)).ok, { timeoutMs: 60_000 });
      });

      console.log(`      ${victim}: ${broker}`);
      expect(confirmed.length).to.be.above(100);
      expect(longestPauseMs).to.be.below(maxPauseMs);
    });
  }
});

/** The service that is currently in this position. */
async function find(victim: string): Promise<string> {
  const leaderOf = async (name: string) =>
    (await queues()).find((queue) => queue.name === name)?.leader ?? '';
  if (victim === 'the leader of the queue') return serviceOf(await leaderOf('/messages/:POST'));
  if (victim === 'the leader of the feed') return serviceOf(await leaderOf('feed:messages'));
  const list = ['rabbitmqctl', '--quiet', '--no-table-headers', 'list_queues', 'name', 'pid'];
  const lines = linesOf(await compose.run('exec', '-T', 'rabbitmq', ...list));
  const [, node = ''] =
    /<(rabbit@[\w-]+)\./.exec(lines.find((line) => line.startsWith('/messages/:GET')) ?? '') ?? [];
  return serviceOf(node);
}

function serviceOf(node: string): string {
  return node.replace('rabbit@', '');
}
