import { expect } from 'chai';
import { until } from '../support/until.ts';
import { type Compose, linesOf } from './compose.ts';
import { type LoadResult, startLoad } from './load.ts';
import { type Watcher, watchByEvents, watchBySocket } from './watcher.ts';

/** A running deployment. */
export interface Deployment {
  readonly compose: Compose;
  readonly url: string;
}

/** The result of a load, and of its watchers. */
export interface Observed extends LoadResult {
  /** How often each watcher reconnected. */
  readonly returns: readonly number[];
}

/**
 * Runs an action under load, with watchers of both kinds connected; returns the outcome of the calls.
 *
 * Fails when a confirmed message is not stored, a stored one is a duplicate or was never sent, or a watcher
 * misses one or receives it twice.
 */
export async function underLoad(
  { compose, url }: Deployment,
  act: () => Promise<unknown>,
): Promise<Observed> {
  const load = startLoad(`${url}/api/v1/messages/`);
  const watchers = [watchBySocket, watchByEvents, watchBySocket, watchByEvents].map((watch) =>
    watch(url, load.id),
  );
  try {
    await Promise.all(watchers.map(({ ready }) => ready));
    const watchedFrom = load.answered();
    await act();
    const result = await load.stop();
    console.log(`      ${describe(result)}`);
    await expectStoredOnce(compose, result);
    const watched = { ...result, confirmed: result.confirmed.filter((n) => n > watchedFrom + 8) };
    await Promise.all(watchers.map((watcher) => expectSeenOnce(watcher, watched)));
    return { ...result, returns: watchers.map(({ returns }) => returns()) };
  } finally {
    for (const watcher of watchers) watcher.close();
    await load.stop();
  }
}

function describe({ sent, postStatuses, getStatuses, longestPauseMs }: LoadResult): string {
  const show = (statuses: LoadResult['postStatuses']) =>
    [...statuses].map(([status, count]) => `${count} × ${status}`).join(' ');
  const pause = (longestPauseMs / 1_000).toFixed(1);
  return `${sent} sent, POST ${show(postStatuses)}, GET ${show(getStatuses)}; at most ${pause} s without a 200`;
}

/** The output lines of a query. */
export async function sql(compose: Compose, query: string): Promise<readonly string[]> {
  const psql = ['psql', '--username=restmapper', '--no-align', '--tuples-only', '--command', query];
  return linesOf(await compose.run('exec', '-T', 'postgres', ...psql));
}

async function expectStoredOnce(compose: Compose, { id, sent, confirmed }: LoadResult): Promise<void> {
  const query = `select message->>'n' from message where message->>'load' = '${id}'`;
  const stored = await until(
    async () => {
      const numbers = (await sql(compose, query)).map(Number);
      const held = new Set(numbers);
      return confirmed.every((n) => held.has(n)) && numbers;
    },
    { timeoutMs: 60_000, everyMs: 500 },
  );
  expect(new Set(stored).size, 'no duplicates').to.equal(stored.length);
  expect(
    stored.filter((n) => n >= sent),
    'nothing unexpected',
  ).to.deep.equal([]);
}

async function expectSeenOnce({ seen, gaps }: Watcher, { confirmed }: LoadResult): Promise<void> {
  await until(() => confirmed.every((n) => seen.has(n)), { timeoutMs: 30_000, everyMs: 100 });
  const doubled = [...seen.values()].filter((times) => times > 1).length;
  expect({ gaps: gaps(), doubled }).to.deep.equal({ gaps: 0, doubled: 0 });
}
