import { expect } from 'chai';
import { until } from '../support/until.ts';
import {
  begin,
  newMark,
  numbersOf,
  openEvents,
  openSocket,
  publish,
  publishHeld,
  publishText,
} from './clients.ts';
import { target } from './target.ts';

const eventsUrl = `${target.url}/sse/v1/${target.feed}`;

/** The data of the first event of a kind. */
async function first(
  client: Awaited<ReturnType<typeof openEvents>>,
  kind: string,
): Promise<Record<string, unknown>> {
  const { data } = await until(() => client.events.find(({ event }) => event === kind));
  return JSON.parse(data) as Record<string, unknown>;
}

describe('Server-Sent Events', () => {
  it('begin with an ok, a retry delay, and headers that prevent caching and buffering', async () => {
    const client = await openEvents();

    const ok = await first(client, 'ok');

    expect(client.status).to.equal(200);
    expect(client.headers).to.include({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    expect(client.headers).not.to.have.property('content-encoding');
    expect(client.events[0]?.event).to.equal('ok');
    expect(ok).to.include({ feed: target.feed, recovered: true, replay: 0 });
    expect(client.parser.lastEventId).to.equal(ok.at);
    expect(client.parser.retryMs).to.be.within(100, 30_000);
  });

  it('vary the retry delay between clients', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => openEvents()));

    await Promise.all(clients.map((client) => first(client, 'ok')));

    expect(new Set(clients.map(({ parser }) => parser.retryMs)).size).to.be.above(1);
  });

  it('send each message with its position as id, and its data unchanged', async () => {
    const mark = newMark();
    const client = await openEvents();
    await first(client, 'ok');
    const data = `{"mark":"${mark}", "big": 12345678901234567890, "one": 1.0}`;

    await publishText(data);

    const event = await until(() => client.events.find(({ data }) => data.includes(mark)));
    expect(event.event).to.equal('message');
    expect(event.data).to.equal(data);
    expect(event.id).to.match(/^\d+\.[0-9a-z]+:\d+$/);
  });

  it('send data of several lines as one message', async () => {
    const mark = newMark();
    const client = await openEvents();
    await first(client, 'ok');

    await publishText(`{\n  "mark": "${mark}",\r\n  "n": 5\n}`);

    await until(() => numbersOf(client, mark).length === 1);
    expect(numbersOf(client, mark)).to.deep.equal([5]);
  });

  for (const how of ['Last-Event-ID', 'last_event_id', 'since']) {
    it(`resume by ${how} with exactly the missed messages, and continue seamlessly`, async () => {
      const { mark, at } = await begin();
      await publish(mark, 3);

      const client =
        how === 'Last-Event-ID'
          ? await openEvents('', { lastEventId: at })
          : await openEvents(`?${how}=${encodeURIComponent(at)}`);
      const ok = await first(client, 'ok');
      await publish(mark, 2);

      await until(() => numbersOf(client, mark).length >= 5);
      expect(ok).to.include({ recovered: true });
      expect(numbersOf(client, mark)).to.deep.equal([0, 1, 2, 0, 1]);
    });
  }

  it('resume after any message, whose id is its position', async () => {
    const mark = newMark();
    const before = await openEvents();
    await first(before, 'ok');
    await publish(mark, 3);
    await until(() => numbersOf(before, mark).length === 3);
    const { id = '' } = before.events.find(({ data }) => data.includes(mark)) ?? {};
    before.close();

    const client = await openEvents('', { lastEventId: id });

    await until(() => numbersOf(client, mark).length === 2);
    expect(await first(client, 'ok')).to.include({ recovered: true });
    expect(numbersOf(client, mark)).to.deep.equal([1, 2]);
  });

  it('declare a position of another epoch, and send only new messages', async () => {
    const mark = newMark();
    const client = await openEvents('', { lastEventId: '7.ffffffff:7' });

    const [ok, gap] = [await first(client, 'ok'), await first(client, 'gap')];
    await publish(mark);

    await until(() => numbersOf(client, mark).length === 1);
    expect(ok).to.include({ recovered: false, replay: 0 });
    expect(gap).to.include({ feed: target.feed });
    expect(['epoch', 'evicted']).to.include(gap.why);
    expect(client.events.slice(0, 2).map(({ event }) => event)).to.deep.equal(['ok', 'gap']);
  });

  it('accept positions of the WebSocket, and send positions that it accepts', async () => {
    const { mark, at } = await begin();
    await publish(mark, 2);
    const events = await openEvents('', { lastEventId: at });
    await until(() => numbersOf(events, mark).length === 2);
    const { id = '' } = events.events.find(({ data }) => data.includes(mark)) ?? {};

    const socket = await openSocket();
    const ok = await socket.subscribe({ since: id });

    await until(() => socket.numbers(mark).length === 1);
    expect(ok).to.include({ recovered: true });
    expect(socket.numbers(mark)).to.deep.equal([1]);
  });

  it('omit messages that where excludes', async () => {
    const mark = newMark();
    const client = await openEvents(`?where=${encodeURIComponent(JSON.stringify({ mark, n: 2 }))}`);
    await first(client, 'ok');

    await publish(newMark(), 4);
    await publish(mark, 4);
    await publish(mark, 3);

    await until(() => client.events.filter(({ event }) => event === 'message').length === 2);
    expect(numbersOf(client, mark)).to.deep.equal([2, 2]);
  });

  it('begin with the newest messages in the mode tail', async () => {
    const mark = newMark();
    await publishHeld(mark, 4);

    const client = await openEvents(`?mode=tail:2&where=${encodeURIComponent(JSON.stringify({ mark }))}`);

    await until(() => numbersOf(client, mark).length === 2);
    expect(await first(client, 'ok')).to.include({ replay: 2 });
    expect(numbersOf(client, mark)).to.deep.equal([2, 3]);
  });

  it('answer HEAD with the headers of the stream, and end', async () => {
    const response = await fetch(eventsUrl, { method: 'HEAD' });

    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('text/event-stream');
    expect(await response.text()).to.equal('');
  });

  it('answer 405 to another method, and list those that are allowed', async () => {
    const response = await fetch(eventsUrl, { method: 'POST', body: '{}' });

    expect(response.status).to.equal(405);
    expect(response.headers.get('allow')).to.contain('GET');
    expect(await response.json()).to.include({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('answer 404 for an unknown feed', async () => {
    const response = await fetch(`${target.url}/sse/v1/no-such-feed`);

    expect(response.status).to.equal(404);
    expect(response.headers.get('content-type')).to.contain('application/problem+json');
    expect(await response.json()).to.include({ status: 404, code: 'UNKNOWN_FEED' });
  });

  for (const query of ['mode=some', 'where=nonsense', 'sicne=1']) {
    it(`answer 422 to ${query}`, async () => {
      const response = await fetch(`${eventsUrl}?${query}`);

      expect(response.status).to.equal(422);
      expect(await response.json()).to.include({ status: 422, code: 'INVALID_QUERY' });
    });
  }

  it('answer 403 to a page of a foreign origin, and let one of the same origin read', async () => {
    const foreign = await fetch(eventsUrl, { headers: { origin: 'https://foreign.invalid' } });
    const own = await openEvents('', { headers: { origin: new URL(target.url).origin } });

    expect(foreign.status).to.equal(403);
    expect(foreign.headers.get('access-control-allow-origin')).to.equal(null);
    expect(await foreign.json()).to.include({ status: 403, code: 'FORBIDDEN_ORIGIN' });
    expect(own.status).to.equal(200);
    expect(own.headers['access-control-allow-origin']).to.equal(new URL(target.url).origin);
    expect(own.headers.vary).to.match(/origin/i);
  });
});
