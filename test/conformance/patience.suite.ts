import { expect } from 'chai';
import type { EventSourceClient } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { openEvents, openSocket, type SocketClient } from './clients.ts';
import { target } from './target.ts';

interface Patient {
  readonly answering: SocketClient;
  readonly mute: SocketClient;
  readonly events: EventSourceClient;
  /** The first position of the events. */
  readonly eventsAt: string;
}

let patient: Patient;

/** These start first, because they wait for up to a minute; the other tests run meanwhile. */
before('connect clients that wait for heartbeats', async () => {
  const answering = await openSocket({ outlivesTest: true });
  const mute = await openSocket({ outlivesTest: true, autoPong: false });
  const events = await openEvents('', { outlivesTest: true });
  await until(() => events.events.length > 0);
  await answering.subscribe();
  await mute.subscribe();
  patient = { answering, mute, events, eventsAt: events.parser.lastEventId };
});

after('disconnect them', () => {
  patient.answering.ws.terminate();
  patient.mute.ws.terminate();
  patient.events.close();
});

describe('after a while', () => {
  it('a WebSocket gets heartbeats with its position in each of its feeds', async () => {
    const { answering } = patient;

    const heartbeat = await until(
      () => answering.frames.findLast(({ t, at }) => t === 'p' && at !== null && typeof at === 'object'),
      { timeoutMs: 60_000 },
    );

    const at = (heartbeat.at as Record<string, string>)[target.feed];
    const again = await openSocket();
    expect(await again.subscribe({ since: at })).to.include({ t: 'ok', recovered: true });
  });

  it('an event stream gets a heartbeat that advances its position and dispatches no event', async () => {
    const { events, eventsAt } = patient;
    const count = events.events.length;

    await until(() => events.parser.heartbeats > 0, { timeoutMs: 40_000 });

    expect(events.events.length).to.be.at.least(count);
    expect(events.parser.lastEventId).to.match(/^\d+\.[0-9a-z]+:-?\d+$/);
    expect(events.parser.lastEventId).not.to.equal(eventsAt);
  });

  it('4002 closes a client that leaves two heartbeats unanswered, and no other', async () => {
    const { answering, mute } = patient;

    const { code } = await mute.closed;

    expect(code).to.equal(4002);
    expect(mute.frames.at(-1)).to.include({ t: 'bye', code: 4002 });
    expect(answering.ws.readyState).to.equal(answering.ws.OPEN);
  });
});
