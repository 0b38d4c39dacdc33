import { headerBytes } from '../calls/header-line.ts';
import { explainConnection } from '@restmapper/bus';
import { asError, pause, within } from '@restmapper/core';
import { EventParser, type ReceivedEvent, type ReceivedRetry } from './event-parser.ts';

/** A message of a feed. */
export interface FollowedMessage {
  /** The JSON, byte for byte except for line breaks between tokens. */
  readonly data: string;
  /** To resume after it; opaque. */
  readonly position: string;
}

export interface FollowFeedOptions {
  /** The URL of a live bridge, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly feed: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Follow after this position. */
  readonly since?: string | undefined;
  /** Begin with the newest messages held, this many. @default 0 */
  readonly last?: number | undefined;
  /** The next message is not read until this one is done; must not reject. */
  readonly listener: (message: FollowedMessage) => Promise<void>;
  /** Called with a sentence when messages are missing, and when the connection is lost and restored. */
  readonly onNotice: (sentence: string) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** The live bridge will answer the same next time. */
export class FollowRefused extends Error {
  override readonly name = 'FollowRefused';
}

/** A live bridge sends something every 15 seconds. */
const silenceMs = 45_000;
const connectMs = 10_000;
const maxRetryMs = 60_000;

/** From this code of a `bye` on, reconnecting is pointless. */
const finalCode = 4500;

/**
 * Follows a feed through a live bridge until the signal aborts; reconnects, and resumes where it was.
 *
 * A slow listener slows only its own connection: the live bridge then treats it as the feed's `whenSlow` says.
 * @throws FollowRefused with the reason; Error if the live bridge cannot be reached at first.
 */
export async function followFeed(options: FollowFeedOptions): Promise<void> {
  const { signal, onNotice } = options;
  const progress: Progress = {
    position: options.since ?? '',
    retryMs: 1_000,
    isConnected: false,
    wasConnected: false,
  };
  while (!signal.aborted) {
    const reason = await connect(options, progress).then(
      () => 'the live bridge ended the connection',
      explain,
    );
    if (signal.aborted) return;
    if (reason instanceof FollowRefused) throw reason;
    if (!progress.wasConnected) throw new Error(reason);
    if (progress.isConnected) onNotice(`${reason}; reconnecting`);
    progress.isConnected = false;
    await pause(progress.retryMs, signal);
  }
}

/** What outlives a connection. */
interface Progress {
  /** Empty without one. */
  position: string;
  retryMs: number;
  isConnected: boolean;
  wasConnected: boolean;
}

function explain(error: unknown): FollowRefused | string {
  if (error instanceof FollowRefused) return error;
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return explainConnection(cause) ?? asError(cause).message;
}

async function connect(options: FollowFeedOptions, progress: Progress): Promise<void> {
  const { url, feed, headers, last = 0, signal } = options;
  const query = progress.position === '' && last > 0 ? `?mode=tail:${last}` : '';
  const resume = progress.position === '' ? [] : [['last-event-id', progress.position] as const];
  const opening = fetch(`${url.replace(/\/$/, '')}/sse/v1/${encodeURIComponent(feed)}${query}`, {
    headers: [...headers, ...resume].map(([name, value]) => [name, headerBytes(value)] as [string, string]),
    redirect: 'manual',
    signal,
  });
  const response = await within('connecting', opening, { timeoutMs: connectMs, signal });
  if (!response.ok || !response.body) throw await refusalOf(response);
  await readEvents(response.body, signal, (event) => take(event, options, progress));
}

type Event = ReceivedEvent | ReceivedRetry;

/** Reads a stream no faster than its events are handled. @throws Error if it falls silent */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  handle: (event: Event) => Promise<void>,
): Promise<void> {
  const parser = new EventParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await within('a heartbeat', reader.read(), { timeoutMs: silenceMs, signal });
      if (done) return;
      for (const event of parser.push(decoder.decode(value, { stream: true }))) await handle(event);
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** A gateway in between may be restarting: only these statuses are the live bridge's decision. */
async function refusalOf(response: Response): Promise<Error> {
  const body = await response.text();
  const reason = `${response.status} ${detailOf(body) ?? response.statusText}`.trim();
  return response.status < 500 ? new FollowRefused(reason) : new Error(reason);
}

function detailOf(json: string): string | undefined {
  const { detail, code } = parseObject(json);
  return typeof detail === 'string' ? `${detail} (${String(code)})` : undefined;
}

async function take(event: Event, options: FollowFeedOptions, progress: Progress): Promise<void> {
  const { onNotice, listener, signal } = options;
  if ('retryMs' in event) {
    progress.retryMs = Math.min(event.retryMs, maxRetryMs);
    return;
  }
  switch (event.type) {
    case 'message':
      if (signal.aborted) return;
      await listener({ data: event.data, position: event.id });
      break;
    case 'ok':
      if (progress.wasConnected) onNotice('connected again');
      progress.isConnected = true;
      progress.wasConnected = true;
      break;
    case 'gap':
      onNotice(describeGap(parseObject(event.data)));
      break;
    case 'bye':
      endWith(parseObject(event.data));
  }
  progress.position = event.id;
}

const gapReasons: Readonly<Record<string, string>> = {
  slow: 'this reader was too slow',
  evicted: 'the live bridge no longer holds them',
  broker: 'the broker dropped them, or the feed could not be read',
  epoch: 'the feed was recreated, and offsets restart',
};

function describeGap({ from, to, why }: Readonly<Record<string, unknown>>): string {
  return `gap: messages ${String(from)} to ${String(to)} are missing: ${gapReasons[String(why)] ?? String(why)}`;
}

/** @throws FollowRefused, or Error if reconnecting makes sense */
function endWith({ code, why }: Readonly<Record<string, unknown>>): never {
  const sentence = `the live bridge ended the connection: ${String(why)} (${String(code)})`;
  throw Number(code) >= finalCode ? new FollowRefused(sentence) : new Error(sentence);
}

/** Empty if it is not a JSON object. */
function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(json)) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
