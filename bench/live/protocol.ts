/** The messages between the programs of the live benchmark. */

export const servers = ['restmapper', 'Socket.IO', 'ws.send'] as const;
export type ServerKind = (typeof servers)[number];

/** To a server: publish `burst` messages at once, `rounds` times, one every `everyMs`. */
export interface Publication {
  readonly rounds: number;
  readonly burst: number;
  readonly everyMs: number;
}

export type ServerCommand =
  | { readonly do: 'publish'; readonly publication: Publication }
  | { readonly do: 'measure' }
  | { readonly do: 'memory' };

/** The figures since the last `measure`, or the memory in use after a garbage collection. */
export type ServerReport =
  | { readonly cpuMs: number; readonly longestStallMs: number }
  | { readonly rssBytes: number }
  | { readonly done: true };

export type ClientCommand =
  | { readonly do: 'connect'; readonly port: number; readonly kind: ServerKind; readonly clients: number }
  | { readonly do: 'stall'; readonly clients: number }
  /** Answers when every reading client has received this many more messages, or when the time is up. */
  | { readonly do: 'await'; readonly messages: number; readonly timeoutMs: number };

export interface Reception {
  readonly received: number;
  readonly elapsedMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The clock that all programs share, so that one can measure what another started. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The payload: about 200 bytes of JSON, with the time of sending. */
export function createPayload(): { readonly t: number; readonly room: string; readonly text: string } {
  return { t: nowMs(), room: '42', text: 'a message of ordinary length, '.repeat(5) };
}
