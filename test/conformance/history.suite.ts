import { expect } from 'chai';
import { until } from '../support/until.ts';
import { begin, newMark, openSocket, publish, publishHeld, publishText, type Sent } from './clients.ts';
import { target } from './target.ts';

interface History {
  readonly feed: string;
  readonly at: string;
  readonly recovered: boolean;
  readonly gap?: { readonly from: number; readonly to: number; readonly why: string };
  readonly messages: readonly { readonly o: number; readonly ts: number; readonly d: Sent }[];
}

/** Both entry points answer alike. */
const entries = [
  ['/live/v1/<feed>', (query: string) => `${target.url}/live/v1/${target.feed}?${query}`],
  ['/sse/v1/<feed>?history', (query: string) => `${target.url}/sse/v1/${target.feed}?history&${query}`],
] as const;

for (const [name, urlOf] of entries) {
  const read = async (query: Readonly<Record<string, string>> = {}): Promise<History> => {
    const response = await fetch(urlOf(new URLSearchParams(query).toString()));
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    return (await response.json()) as History;
  };

  /** Reads until everything that a test sent is there: the server may need a moment. */
  const readAll = (query: Readonly<Record<string, string>>, mark: string, count: number): Promise<History> =>
    until(async () => {
      const history = await read(query);
      return history.messages.filter(({ d }) => d.mark === mark).length >= count && history;
    });

  describe(`the history at ${name}`, () => {
    it('returns the messages after a position, oldest first, and the position to continue from', async () => {
      const { mark, at } = await begin();
      await publish(mark, 3);

      const history = await readAll({ since: at }, mark, 3);
      const nothing = await read({ since: history.at });

      const own = history.messages.filter(({ d }) => d.mark === mark);
      expect(history).to.include({ feed: target.feed, recovered: true });
      expect(own.map(({ d }) => d.n)).to.deep.equal([0, 1, 2]);
      expect(own.every(({ o, ts }) => Number.isInteger(o) && Number.isInteger(ts))).to.equal(true);
      expect(nothing).to.include({ recovered: true });
      expect(nothing.messages.some(({ d }) => d.mark === mark)).to.equal(false);
    });

    it('returns at most the limit, and the rest from where it ended', async () => {
      const { mark, at } = await begin();
      await publish(mark, 5);
      await readAll({ since: at }, mark, 5);
      const where = JSON.stringify({ mark });

      const first = await read({ since: at, where, limit: '2' });
      const second = await read({ since: first.at, where, limit: '2' });
      const third = await read({ since: second.at, where, limit: '2' });

      const numbers = [first, second, third].map(({ messages }) => messages.map(({ d }) => d.n));
      expect(numbers).to.deep.equal([[0, 1], [2, 3], [4]]);
    });

    it('returns the newest messages without a position', async () => {
      const mark = newMark();
      await publish(mark, 4);
      const where = JSON.stringify({ mark });
      await readAll({ where }, mark, 4);

      const newest = await read({ where, limit: '3' });
      const tail = await read({ where, mode: 'tail:2' });
      const latest = await read({ where, mode: 'latest' });

      const numbers = [newest, tail, latest].map(({ messages }) => messages.map(({ d }) => d.n));
      expect(numbers).to.deep.equal([[1, 2, 3], [2, 3], [3]]);
    });

    it('returns the data unchanged', async () => {
      const mark = newMark();
      const data = `{"mark":"${mark}", "n": 12345678901234567890, "one": 1.0}`;
      await publishText(data);
      await readAll({ where: JSON.stringify({ mark }) }, mark, 1);

      const response = await fetch(urlOf(`where=${encodeURIComponent(JSON.stringify({ mark }))}`));

      expect(response.headers.get('content-type')).to.contain('application/json');
      expect(response.headers.get('cache-control')).to.equal('no-cache');
      expect(await response.text()).to.contain(`"d":${data}`);
    });

    it('declares the gap after a position that does not belong to this feed', async () => {
      const history = await read({ since: '7.ffffffff:7' });

      expect(history).to.include({ recovered: false });
      expect(history.messages).to.deep.equal([]);
      expect(['epoch', 'evicted']).to.include(history.gap?.why);
    });

    it('ends at a position that a subscription can resume from', async () => {
      const { mark } = await begin();
      await publish(mark, 2);
      const { at } = await readAll({ where: JSON.stringify({ mark }) }, mark, 2);
      await publishHeld(mark, 3);
      const client = await openSocket();

      const ok = await client.subscribe({ since: at, where: { mark } });

      await until(() => client.numbers(mark).length === 3);
      expect(ok).to.include({ recovered: true, replay: 3 });
      expect(client.numbers(mark)).to.deep.equal([0, 1, 2]);
    });

    for (const query of ['limit=0', 'limit=all', 'mode=some', 'where=[]']) {
      it(`answers 422 to ${query}`, async () => {
        const response = await fetch(urlOf(query));

        expect(response.status).to.equal(422);
        expect(await response.json()).to.include({ code: 'INVALID_QUERY' });
      });
    }

    it('answers 404 for an unknown feed', async () => {
      const response = await fetch(urlOf('').replace(`/v1/${target.feed}`, '/v1/no-such-feed'));

      expect(response.status).to.equal(404);
      expect(await response.json()).to.include({ code: 'UNKNOWN_FEED' });
    });
  });
}
