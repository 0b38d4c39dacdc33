import { expect } from 'chai';
import { until } from '../support/until.ts';
import { begin, newMark, openSocket, publish, publishHeld, publishText, upTo } from './clients.ts';
import { target } from './target.ts';

const position = /^\d+\.[0-9a-z]+:-?\d+$/;

describe('liveupdate.v1.json', () => {
  it('begins with a welcome that names the heartbeat, the feeds and the limits', async () => {
    const client = await openSocket();

    const welcome = await client.frame(({ t }) => t === 'welcome');

    expect(client.ws.protocol).to.equal('liveupdate.v1.json');
    expect(client.frames[0]).to.equal(welcome);
    expect(welcome.ping).to.be.a('number').above(0);
    expect(welcome.feeds).to.include(target.feed);
    expect(welcome.limits).to.be.an('object');
  });

  it('answers a subscription with the position, and sends everything published from then on', async () => {
    const mark = newMark();
    const client = await openSocket();

    const ok = await client.subscribe();
    await publish(mark, 3);

    await until(() => client.numbers(mark).length >= 3);
    expect(ok).to.include({ t: 'ok', feed: target.feed, recovered: true, replay: 0 });
    expect(ok.at).to.match(position);
    expect(client.numbers(mark)).to.deep.equal([0, 1, 2]);
  });

  it('names feed, offset and time of each message, and keeps its data byte for byte', async () => {
    const mark = newMark();
    const client = await openSocket();
    const ok = await client.subscribe();
    const data = `{"mark":"${mark}", "big": 12345678901234567890, "one": 1.0, "text": "\\u00e9é"}`;
    const sentMs = Date.now();

    await publishText(data);

    const text = await until(() => client.texts.find((text) => text.includes(mark)));
    expect(text).to.contain(`"d":${data}`);
    const { t, f, o, ts } = JSON.parse(text) as Record<string, unknown>;
    expect({ t, f }).to.deep.equal({ t: 'm', f: target.feed });
    expect(o)
      .to.be.a('number')
      .above(Number(String(ok.at).split(':')[1]));
    expect(ts)
      .to.be.a('number')
      .within(sentMs - 60_000, Date.now() + 60_000);
  });

  it('sends every client the same offsets, in ascending order', async () => {
    const mark = newMark();
    const clients = [await openSocket(), await openSocket()];
    for (const client of clients) await client.subscribe();

    await publish(mark, 10);

    await until(() => clients.every((client) => client.numbers(mark).length === 10));
    const [first, second] = clients.map(({ frames }) =>
      frames
        .filter(({ t, d }) => t === 'm' && (d as { mark?: string }).mark === mark)
        .map(({ o }) => Number(o)),
    );
    expect(first).to.deep.equal(second);
    expect(first).to.deep.equal([...new Set(first)].sort((a, b) => a - b));
  });

  it('resumes after a position with exactly the missed messages, and continues seamlessly', async () => {
    const { mark, at } = await begin();
    await publishHeld(mark, 3);
    const client = await openSocket();

    const ok = await client.subscribe({ since: at });
    await publish(mark, 2, { later: true });

    await until(() => client.numbers(mark).length >= 5);
    expect(ok).to.include({ recovered: true });
    expect(ok.replay).to.be.a('number').at.least(3);
    expect(client.numbers(mark)).to.deep.equal([0, 1, 2, 0, 1]);
    expect(client.frames.some(({ t }) => t === 'gap')).to.equal(false);
  });

  it('resumes after the position made of the last epoch and the last offset seen', async () => {
    const mark = newMark();
    const first = await openSocket();
    const { at } = await first.subscribe();
    await publish(mark, 1);
    await until(() => first.numbers(mark).length === 1);
    const epochs = [at, ...first.frames.filter(({ t }) => t === 'p').map(positionOf)].map(
      (p) => String(p).split(':')[0],
    );
    const offset = first.frames.findLast(({ t }) => t === 'm')?.o;
    await publish(mark, 2, { later: true });

    const second = await openSocket();
    const ok = await second.subscribe({ since: `${epochs.at(-1)}:${String(offset)}` });

    await until(() => second.numbers(mark).length >= 2);
    expect(ok).to.include({ recovered: true });
    expect(second.numbers(mark)).to.deep.equal([0, 1]);
  });

  for (const since of ['7.ffffffff:7', '0.0:12', 'nonsense', '7.00000001:900000000000']) {
    it(`declares the position ${since} to be of another epoch, and sends only new messages`, async () => {
      const mark = newMark();
      const client = await openSocket();

      const ok = await client.subscribe({ since });
      const gap = await client.frame(({ t }) => t === 'gap');
      await publish(mark);

      await until(() => client.numbers(mark).length > 0);
      expect(ok).to.include({ recovered: false, replay: 0 });
      expect(['epoch', 'evicted']).to.include(gap.why);
      expect(gap).to.include({ f: target.feed });
      expect(client.frames.indexOf(gap)).to.equal(client.frames.indexOf(ok) + 1);
    });
  }

  it('refuses to replay more than a megabyte, and declares the gap', async () => {
    const { mark, at } = await begin();
    await publishHeld(mark, 2, { text: 'x'.repeat(600_000) });
    const client = await openSocket();

    const ok = await client.subscribe({ since: at });

    const gap = await client.frame(({ t }) => t === 'gap');
    expect(ok).to.include({ recovered: false, replay: 0 });
    expect(gap).to.include({ f: target.feed, why: 'evicted' });
    expect(gap.from).to.equal(Number(at.split(':')[1]) + 1);
    expect(gap.to)
      .to.be.a('number')
      .at.least(Number(gap.from) + 1);
    expect(client.numbers(mark)).to.deep.equal([]);
  });

  it('begins with the newest messages in the mode tail, and with the newest one in the mode latest', async () => {
    const mark = newMark();
    await publishHeld(mark, 5);
    const [tail, latest] = [await openSocket(), await openSocket()];

    const ok = await tail.subscribe({ mode: 'tail:3', where: { mark } });
    await latest.subscribe({ mode: 'latest', where: { mark } });

    await until(() => tail.numbers(mark).length === 3 && latest.numbers(mark).length === 1);
    expect(ok).to.include({ recovered: true, replay: 3 });
    expect([tail.numbers(mark), latest.numbers(mark)]).to.deep.equal([[2, 3, 4], [4]]);
  });

  it('sends only messages whose top-level fields equal those of where', async () => {
    const [mark, other] = [newMark(), newMark()];
    const client = await openSocket();
    await client.subscribe({ where: { mark, ok: true, n: 1 } });

    await publish(mark, 3, { ok: true });
    await publish(mark, 3, { ok: 'true' });
    await publish(other, 3, { ok: true });
    await publish(mark, 2, { ok: true, nested: { n: 7 } });

    await until(() => client.frames.filter(({ t }) => t === 'm').length === 2);
    expect(client.numbers(mark)).to.deep.equal([1, 1]);
  });

  it('resumes a filtered subscription, and does not report filtered offsets as a gap', async () => {
    const { mark, at } = await begin();
    await publish(newMark(), 3);
    await publishHeld(mark, 3);
    const client = await openSocket();

    const ok = await client.subscribe({ since: at, where: { mark } });

    await until(() => client.numbers(mark).length === 3);
    expect(ok).to.include({ recovered: true, replay: 3 });
    expect(client.frames.some(({ t }) => t === 'gap')).to.equal(false);
  });

  it('sends no more messages of a feed after unsubscribing', async () => {
    const [mark, witnessed] = [newMark(), newMark()];
    const [client, witness] = [await openSocket(), await openSocket()];
    await client.subscribe();
    await witness.subscribe();

    client.send({ t: 'unsub', id: 99, feed: target.feed });
    const ok = await client.frame(({ id }) => id === 99);
    await publish(mark);
    await until(() => witness.numbers(mark).length === 1);
    await client.subscribe();
    await publish(witnessed);

    await until(() => client.numbers(witnessed).length === 1);
    expect(ok).to.include({ t: 'ok', feed: target.feed });
    expect(client.numbers(mark)).to.deep.equal([]);
  });

  it('refuses an unknown feed, a second subscription to a feed, and leaving a feed without one', async () => {
    const client = await openSocket();

    const unknown = await client.subscribe({ feed: 'no such feed' });
    client.send({ t: 'unsub', id: 98, feed: target.feed });
    const left = await client.frame(({ id }) => id === 98);
    const first = await client.subscribe();
    const second = await client.subscribe();

    expect(unknown).to.include({ t: 'err', code: 'UNKNOWN_FEED', retry: false });
    expect(unknown.detail).to.be.a('string');
    expect(left).to.include({ t: 'err', code: 'NOT_SUBSCRIBED', retry: false });
    expect(first.t).to.equal('ok');
    expect(second).to.include({ t: 'err', code: 'ALREADY_SUBSCRIBED', retry: false });
  });

  it('accepts a pong, and ignores unknown members', async () => {
    const client = await openSocket();

    client.send({ t: 'pong', at: '0.0:-1' });
    client.send({ t: 'hello', token: 'none is needed' });
    const ok = await client.subscribe({ novelty: { a: 1 } });

    expect(ok.t).to.equal('ok');
  });
});

describe('a WebSocket without a subprotocol', () => {
  it('gets the data of each message and nothing else', async () => {
    const mark = newMark();
    const client = await openSocket({ protocols: [] });
    const data = `{"mark":"${mark}", "one": 1.0}`;

    await until(async () => {
      await publishText(data);
      return client.texts.some((text) => text.includes(mark));
    });

    expect(client.texts.filter((text) => text.includes(mark))[0]).to.equal(data);
  });

  it('gets every message once and in order', async () => {
    const mark = newMark();
    const client = await openSocket({ protocols: [] });
    await publish(mark, 50);

    const numbers = () =>
      client.texts
        .map((text) => JSON.parse(text) as { mark?: string; n: number })
        .filter((data) => data.mark === mark)
        .map(({ n }) => n);

    await until(() => numbers().length >= 50);
    expect(numbers()).to.deep.equal(upTo(50));
  });
});

function positionOf({ at }: Readonly<Record<string, unknown>>): unknown {
  return (at as Record<string, string>)[target.feed];
}
