/** A query without what polyfills of EventSource added to it. */
export interface PolyfillQuery {
  readonly query: URLSearchParams;
  /** The position that the client knows; absent for none. */
  readonly lastEventId: string | undefined;
}

/** Parameters that make a URL new to caches, or ask for padding that browsers of today do not need. */
const ignored: ReadonlySet<string> = new Set(
  [
    ['r', 't', 'ts', 'cb', 'dc', 'rnd', 'rand', 'random', 'time', 'timestamp', 'nonce'],
    ['nocache', 'cachebust', 'cachebuster', 'cachebusting', 'padding'],
    ['evspreamble', 'evsbuffersizelimit'],
  ].flat(),
);

/**
 * Takes from a query what polyfills add when they connect, or come back.
 *
 * | polyfill | comes back with |
 * |---|---|
 * | event-source-polyfill (Yaffle) | `lastEventId`, behind the caller's own; in old browsers `padding=true` |
 * | eventsource-polyfill (amvtek) | the header; or `evs_last_event_id`, with `evs_preamble`, `evs_buffer_size_limit` |
 * | EventSource.js (remy), @microsoft/fetch-event-source, sse.js | the header |
 * | clients of Mercure | `lastEventID`, `Last-Event-ID` |
 * | pages that evade caches | `_`, `t`, `r` and the like |
 *
 * Names are compared without case, `_` and `-`. Of several positions the last one is the newest.
 */
export function readPolyfill(given: URLSearchParams): PolyfillQuery {
  const query = new URLSearchParams();
  let lastEventId: string | undefined;
  for (const [name, value] of given) {
    const plain = name.toLowerCase().replaceAll(/[_-]/g, '');
    if (plain === 'lasteventid' || plain === 'evslasteventid') lastEventId = value || lastEventId;
    else if (!ignored.has(plain) && !/^_+$/.test(name)) query.append(name, value);
  }
  return { query, lastEventId };
}
