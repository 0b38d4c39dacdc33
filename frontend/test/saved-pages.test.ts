import { expect } from 'chai';
import { ProblemError, parseProblem } from '../src/lib/problem.ts';
import { SavedPages } from '../src/use/saved-pages.ts';

const address = { endpoint: 'GET /messages/', paginationId: undefined, page: 1, limit: 20 };

describe('saved pages', () => {
  let asked: string[];
  let newest: number;
  let failure: Error | undefined;

  beforeEach(() => {
    asked = [];
    newest = 100;
    failure = undefined;
  });

  /** Answers like the worker, from a table that holds its positions. */
  async function answer(url: string): Promise<string> {
    asked.push(url);
    if (failure) throw failure;
    const query = new URL(url, 'http://localhost').searchParams;
    const paginationId = Math.min(newest, Number(query.get('paginationId') ?? newest));
    const offset = Number(query.get('offset') ?? 0);
    const limit = Number(query.get('limit') ?? 20);
    const rows = Math.max(0, Math.min(limit, paginationId - offset));
    const messages = Array.from({ length: rows }, (_none, index) => paginationId - offset - index);
    return JSON.stringify({ paginationId, offset, limit, total: paginationId, messages });
  }

  it('shows the requested page', async () => {
    const saved = new SavedPages(answer);

    await saved.show({ ...address, page: 2 });

    expect(saved.page.value?.messages[0]).to.deep.equal({ key: 80, raw: '80' });
    expect(saved.isLoading.value).to.equal(false);
  });

  it('loads a page once, also when its position is named afterwards', async () => {
    const saved = new SavedPages(answer);
    await saved.show(address);

    await saved.show({ ...address, paginationId: 100 });

    expect(asked).to.have.lengthOf(1);
  });

  it('loads the same page of another endpoint', async () => {
    const saved = new SavedPages(answer);
    await saved.show({ ...address, paginationId: 100 });

    await saved.show({ ...address, endpoint: 'GET /orders/', paginationId: 100 });

    expect(asked.at(-1)).to.contain('/orders/');
  });

  it('counts the messages stored since, and starts over with a newer page', async () => {
    const saved = new SavedPages(answer);
    await saved.show(address);
    newest = 112;

    await saved.poll();
    expect(saved.newer.value).to.equal(12);
    await saved.show({ ...address, paginationId: 112 });
    expect(saved.newer.value).to.equal(0);
  });

  it('keeps the page and shows the error, until a retry', async () => {
    const saved = new SavedPages(answer);
    await saved.show(address);
    failure = new ProblemError(parseProblem(503, '{"code":"BROKER_UNAVAILABLE"}'));

    await saved.show({ ...address, paginationId: 100, page: 2 });
    expect(saved.problem.value).to.include({ status: 503, code: 'BROKER_UNAVAILABLE' });
    expect(saved.page.value?.offset).to.equal(0);
    failure = undefined;
    await saved.reload();
    expect(saved.problem.value).to.equal(undefined);
    expect(saved.page.value?.offset).to.equal(20);
  });

  it('shows the page by itself once the server is back, and since when it has not responded', async () => {
    const saved = new SavedPages(answer);
    await saved.show(address);
    const heardAtMs = saved.atMs.value;
    failure = new TypeError('fetch failed');

    await saved.poll();
    expect([saved.isOutdated.value, saved.problem.value, saved.atMs.value]).to.deep.equal([
      true,
      undefined,
      heardAtMs,
    ]);
    await saved.show({ ...address, paginationId: 100, page: 2 });
    expect(saved.problem.value?.title).to.equal('No answer');
    await saved.poll();
    expect(saved.problem.value?.title).to.equal('No answer');
    failure = undefined;
    await saved.poll();

    expect([saved.isOutdated.value, saved.problem.value]).to.deep.equal([false, undefined]);
    expect(saved.page.value?.offset).to.equal(20);
  });

  it('stops retrying by itself where waiting does not help', async () => {
    const saved = new SavedPages(answer);
    failure = new ProblemError(parseProblem(401, '{"code":"UNAUTHENTICATED"}'));
    await saved.show(address);

    await saved.poll();

    expect(asked).to.have.lengthOf(1);
  });

  it('stays on the shown page when the user returns to it before another one has loaded', async () => {
    let come = () => {};
    const saved = new SavedPages(async (url) => {
      if (url.includes('offset=20')) await new Promise<void>((resolve) => (come = resolve));
      return await answer(url);
    });
    await saved.show(address);

    const next = saved.show({ ...address, paginationId: 100, page: 2 });
    await saved.show({ ...address, paginationId: 100 });
    come();
    await next;

    expect([saved.page.value?.offset, saved.isLoading.value]).to.deep.equal([0, false]);
    newest = 101;
    await saved.poll();
    expect(saved.newer.value).to.equal(1);
  });

  it('shows the last requested page, whichever answer comes first', async () => {
    const answers: (() => void)[] = [];
    const saved = new SavedPages(async (url) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return await answer(url);
    });

    const first = saved.show({ ...address, page: 2 });
    const second = saved.show({ ...address, page: 3 });
    answers[1]?.();
    await second;
    answers[0]?.();
    await first;

    expect(saved.page.value?.offset).to.equal(40);
    expect(saved.isLoading.value).to.equal(false);
  });
});
