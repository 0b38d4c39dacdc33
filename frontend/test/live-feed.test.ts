import type { Live, LiveMessage, LiveState, SubscribeOptions } from '@restmapper/client';
import { expect } from 'chai';
import { LiveFeed } from '../src/use/live-feed.ts';

/** A connection whose server is the test. */
class ScriptedLive implements Live {
  state: LiveState = { kind: 'connecting' };
  readonly subscriptions: { readonly feed: string; readonly options: SubscribeOptions; isClosed: boolean }[] =
    [];
  reconnects = 0;
  #tell: (state: LiveState) => void = () => {};

  onState(listener: (state: LiveState) => void): () => void {
    this.#tell = listener;
    return () => {};
  }

  subscribe(feed: string, options: SubscribeOptions = {}): ReturnType<Live['subscribe']> {
    const subscription = { feed, options, isClosed: false };
    this.subscriptions.push(subscription);
    return {
      feed,
      position: undefined,
      close: () => (subscription.isClosed = true),
      [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }),
    };
  }

  reconnect(): void {
    this.reconnects += 1;
  }

  close(): void {}

  become(state: LiveState): void {
    this.#tell(state);
  }

  get options(): SubscribeOptions {
    return this.subscriptions.at(-1)?.options ?? {};
  }
}

function message(offset: number, raw = '{}'): LiveMessage {
  return { feed: 'messages', offset, position: `0.a:${offset}`, data: JSON.parse(raw), raw, sentAt: 1_000 };
}

describe('live feed', () => {
  function watchMessages(): { live: ScriptedLive; feed: LiveFeed; frame: () => void } {
    const live = new ScriptedLive();
    let pending = () => {};
    const schedule = (run: () => void) => {
      pending = run;
      return () => (pending = () => {});
    };
    const feed = new LiveFeed({ live, schedule, now: () => 60_000 });
    feed.watch({ feed: 'messages' });
    return { live, feed, frame: () => pending() };
  }

  function kindsOf(feed: LiveFeed): readonly (string | number)[] {
    return feed.shown.value.map((entry) => (entry.kind === 'message' ? entry.offset : entry.kind));
  }

  it('begins with the newest messages, which do not count as traffic', () => {
    const { live, feed, frame } = watchMessages();

    live.options.onReady?.({ at: '0.a:2', recovered: true, replay: 2 });
    for (const offset of [1, 2, 3]) live.options.onMessage?.(message(offset));
    frame();

    expect(live.options.mode).to.equal('tail:50');
    expect(kindsOf(feed)).to.deep.equal([3, 2, 1]);
    expect(feed.received.value).to.equal(3);
    expect(feed.rates.counts(60_000).at(-1)).to.equal(1);
  });

  it('shows the first messages together, however they arrive', () => {
    const { live, feed, frame } = watchMessages();

    live.options.onReady?.({ at: '0.a:2', recovered: true, replay: 2 });
    live.options.onMessage?.(message(1));
    frame();
    expect(kindsOf(feed)).to.deep.equal([]);
    expect(feed.isReady.value).to.equal(false);
    live.options.onMessage?.(message(2));
    frame();
    expect(kindsOf(feed)).to.deep.equal([2, 1]);
    expect(feed.isReady.value).to.equal(true);
  });

  it('shows the messages so far when the connection is lost at the beginning', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onReady?.({ at: '0.a:9', recovered: true, replay: 5 });
    live.options.onMessage?.(message(5));
    frame();

    live.options.onReady?.({ at: '0.a:9', recovered: true, replay: 1 });
    live.options.onMessage?.(message(9));
    frame();

    expect(kindsOf(feed)).to.deep.equal([9, 'recovered', 5]);
  });

  it('shows the place where it resumed, and how many messages it recovered', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onReady?.({ at: '0.a:1', recovered: true, replay: 0 });
    live.options.onMessage?.(message(2));

    live.options.onReady?.({ at: '0.a:3', recovered: true, replay: 1 });
    live.options.onMessage?.(message(3));
    frame();

    expect(kindsOf(feed)).to.deep.equal([3, 'recovered', 2]);
    expect(feed.shown.value[1]).to.include({ replay: 1 });
  });

  it('shows a gap at its place, and no recovery where there was none', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onReady?.({ at: '0.a:1', recovered: true, replay: 0 });
    live.options.onMessage?.(message(2));

    live.options.onReady?.({ at: '0.a:9', recovered: false, replay: 0 });
    live.options.onGap?.({ feed: 'messages', from: 3, to: 9, why: 'evicted' });
    live.options.onMessage?.(message(10));
    frame();

    expect(kindsOf(feed)).to.deep.equal([10, 'gap', 2]);
    expect(feed.shown.value[1]).to.include({ from: 3, to: 9, why: 'evicted' });
  });

  it('shows the messages so far of a recreated feed', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onReady?.({ at: '0.a:1', recovered: true, replay: 0 });
    live.options.onMessage?.(message(2));

    live.options.onGap?.({ feed: 'messages', from: 0, to: 1, why: 'epoch' });
    live.options.onReady?.({ at: '0.b:1', recovered: true, replay: 2 });
    live.options.onMessage?.(message(0));
    live.options.onMessage?.(message(1));
    frame();

    expect(live.subscriptions.map(({ isClosed }) => isClosed)).to.deep.equal([true, false]);
    expect(live.options.mode).to.equal('tail:1000');
    expect(kindsOf(feed)).to.deep.equal([1, 0, 'gap', 2]);
  });

  it('shows only messages that contain the text', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onMessage?.(message(1, '{"a":"Tea"}'));
    live.options.onMessage?.(message(2, '{"a":"milk"}'));
    frame();

    feed.filterBy('tea');

    expect(kindsOf(feed)).to.deep.equal([1]);
    expect(feed.received.value).to.equal(2);
  });

  it('starts over with another condition', () => {
    const { live, feed, frame } = watchMessages();
    live.options.onReady?.({ at: '0.a:1', recovered: true, replay: 0 });
    live.options.onMessage?.(message(1));
    frame();
    live.options.onMessage?.(message(2));

    feed.watch({ feed: 'messages', where: { room: 42 } });
    frame();
    live.options.onReady?.({ at: '0.a:9', recovered: true, replay: 0 });
    frame();

    expect(live.subscriptions.map(({ isClosed }) => isClosed)).to.deep.equal([true, false]);
    expect(live.options.where).to.deep.equal({ room: 42 });
    expect(kindsOf(feed)).to.deep.equal([]);
    expect(feed.received.value).to.equal(0);
    expect(feed.position.value).to.equal('0.a:9');
  });

  it('shows the state of the connection', () => {
    const { live, feed } = watchMessages();

    live.become({ kind: 'live' });
    live.options.onError?.(
      Object.assign(new Error('not for you'), { name: 'LiveError' as const, code: 'FORBIDDEN' }),
    );
    feed.reconnect();

    expect(feed.state.value).to.deep.equal({ kind: 'live' });
    expect(feed.refusal.value).to.equal('not for you');
    expect(live.reconnects).to.equal(1);
  });
});
