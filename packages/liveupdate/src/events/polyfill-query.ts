/** A query without the parameters of EventSource polyfills. */
export interface PolyfillQuery {
  readonly query: URLSearchParams;
  /** The client's position, if any. */
  readonly lastEventId: string | undefined;
}

/** Parameters that bust caches, or ask for padding that current browsers do not need. */
const ignored: ReadonlySet<string> = new Set(
  [
    ['r', 't', 'ts', 'cb', 'dc', 'rnd', 'rand', 'random', 'time', 'timestamp', 'nonce'],
    ['nocache', 'cachebust', 'cachebuster', 'cachebusting', 'padding'],
    ['evspreamble', 'evsbuffersizelimit'],
  ].flat(),
);

/**
 * Extracts the parameters that polyfills add when they connect or reconnect.
 *
 * | polyfill | reconnects with |
 * |---|---|
 * | event-source-polyfill (Yaffle) | `lastEventId`, after the caller's own; in old browsers `padding=true` |
 * | eventsource-polyfill (amvtek) | the header; or `evs_last_event_id`, with `evs_preamble`, `evs_buffer_size_limit` |
 * | EventSource.js (remy), @microsoft/fetch-event-source, sse.js | the header |
 * | clients of Mercure | `lastEventID`, `Last-Event-ID` |
 * | pages that bust caches | `_`, `t`, `r` and the like |
 *
 * Names are compared ignoring case, `_` and `-`. The last of several positions is the newest.
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
