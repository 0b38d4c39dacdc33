import { expect } from 'chai';
import { until } from '../support/until.ts';
import { postMany } from './calls.ts';
import { ascending, openDistributed, range, readStored } from './distributed.ts';
import { openLiveSocket } from './live-socket.ts';

interface Page {
  readonly paginationId: number;
  readonly total: number;
  readonly messages: readonly { readonly n: number }[];
}

async function readPage(url: string, query: Record<string, number>): Promise<Page> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) search.set(name, String(value));
  const response = await fetch(`${url}?${search.toString()}`);
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as Page;
}

/** Reads all pages at one position, newest first. */
async function readAllPages(url: string, onPage: () => Promise<unknown>): Promise<number[]> {
  const numbers: number[] = [];
  const { paginationId, total } = await readPage(url, { limit: 0 });
  for (let offset = 0; offset < total; offset += 100) {
    const page = await readPage(url, { paginationId, offset, limit: 100 });
    numbers.push(...page.messages.map(({ n }) => n));
    await onPage();
  }
  return numbers;
}

describe('two of every process, on RabbitMQ and PostgreSQL', function () {
  this.timeout(180_000);

  it('stores 5,000 messages once, in dense positions, and sends each of them to every socket', async () => {
    const count = 5_000;
    const { postgres, messageUrls, lives } = await openDistributed();
    const [url = ''] = messageUrls;
    const sockets = await Promise.all([...lives, ...lives].map((live) => openLiveSocket(live.url)));

    const outcomes = await postMany({ urls: messageUrls, count });

    expect([...outcomes.keys()]).to.deep.equal([200]);
    const stored = await until(
      async () => {
        const now = await readStored(postgres.url);
        return now.positions.length >= count && now;
      },
      { timeoutMs: 60_000, everyMs: 200 },
    );
    expect(ascending(stored.numbers)).to.deep.equal(range(count));
    expect(stored.positions).to.deep.equal(range(count, 1));
    await until(() => sockets.every(({ received }) => received.length >= count), { timeoutMs: 30_000 });
    for (const { received } of sockets) {
      const seen = received.map((text) => (JSON.parse(text) as { n: number }).n);
      expect(ascending(seen)).to.deep.equal(range(count));
    }

    let later = count;
    const paged = await readAllPages(url, async () => {
      await postMany({ urls: messageUrls, count: 5 });
      later += 5;
    });

    expect(paged).to.deep.equal(stored.numbers.toReversed());
    await until(async () => (await readPage(url, { limit: 0 })).total === later, { timeoutMs: 30_000 });
  });

  it('distributes the work among workers, and includes new ones', async () => {
    const { workers, messageUrls, postgres } = await openDistributed();

    await postMany({ urls: messageUrls, count: 2_000 });
    await until(async () => (await readStored(postgres.url)).positions.length === 2_000, {
      timeoutMs: 30_000,
    });

    for (const worker of workers) {
      const metrics = await (await fetch(`${worker.adminUrl}/metrics`)).text();
      const appended = /^restmapper_worker_messages_total\{[^}]*messages_post[^}]*\} (\d+)/m.exec(metrics);
      expect(Number(appended?.[1]), 'messages of one worker').to.be.above(0);
    }
  });
});
