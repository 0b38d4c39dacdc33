import type { Bus, FeedListener, FollowOptions } from '@restmapper/bus';

/** A bus whose feeds its broker can hold back from this process, or take away. */
export interface SlowBus {
  readonly bus: Bus;
  /** Messages are held until `release`. */
  hold(): void;
  release(): void;
  /** Makes the feed unreadable from now on, or readable again. */
  setTrouble(feed: string, reason: string | undefined): void;
  /** How often the newest offset was requested. */
  readonly looks: () => number;
  /** Holds back the answers until the returned function is called. */
  delayLooks(): () => void;
  /** The broker's answer instead of the newest offset. */
  failLooksWith(error: Error): void;
}

/** Wraps a bus; only what follows feeds, or asks for their newest offset, is changed. */
export function slowDown(bus: Bus): SlowBus {
  const held: (() => void)[] = [];
  const troubles = new Map<string, string>();
  const breaks = new Map<string, FollowOptions['onBreak']>();
  let isHolding = false;
  let looks = 0;
  let failure: Error | undefined;
  let answering = Promise.resolve();
  const follow: Bus['follow'] = (feed, listener, options) => {
    const slow: FeedListener = (message) => {
      if (isHolding) held.push(() => listener(message));
      else listener(message);
    };
    breaks.set(feed, options.onBreak);
    const subscription = bus.follow(feed, slow, options);
    return {
      ready: subscription.ready,
      get trouble() {
        return troubles.get(feed);
      },
      close: () => subscription.close(),
    };
  };
  const newestOffset: Bus['newestOffset'] = async (feed) => {
    looks += 1;
    if (failure) throw failure;
    const newest = await bus.newestOffset(feed);
    await answering;
    return newest;
  };
  const changed: Partial<Bus> = { follow, newestOffset };
  return {
    bus: new Proxy(bus, {
      get: (bus, name) => Reflect.get(changed, name) ?? Reflect.get(bus, name, bus),
    }),
    hold: () => (isHolding = true),
    release: () => {
      isHolding = false;
      for (const show of held.splice(0)) show();
    },
    setTrouble: (feed, reason) => {
      if (reason === undefined) troubles.delete(feed);
      else troubles.set(feed, reason);
      if (reason !== undefined) breaks.get(feed)?.('unreadable');
    },
    looks: () => looks,
    delayLooks() {
      let answer = (): void => {};
      answering = new Promise<void>((resolve) => {
        answer = resolve;
      });
      return () => answer();
    },
    failLooksWith: (error) => (failure = error),
  };
}
