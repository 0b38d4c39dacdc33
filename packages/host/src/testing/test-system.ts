import type { Identity } from '@restmapper/core';
import type { Database } from '@restmapper/workers/worker';
import type { RequestOptions, TestResponse } from './http-call.ts';
import type { LogLine } from './recorded-log.ts';

/** The whole system of a file, opened for tests. */
export interface TestSystem {
  /** `http://127.0.0.1:<port>`: the page, `/api/v1/` and the feeds. */
  readonly url: string;
  /** The database that the workers use. */
  readonly db: Database;
  /** The lines of the system's log, in order. */
  readonly logged: readonly LogLine[];
  /** The events that workers refused, in order. */
  readonly deadLetters: readonly TestDeadLetter[];
  /** Makes an HTTP call to an endpoint; `path` is as in the file, with parameters and query filled in. */
  request(method: string, path: string, options?: RequestOptions): Promise<TestResponse>;
  /**
   * Puts a message on the bus, as the gateway would after it has admitted a call: an event, or a request. A message of
   * an input, by its name, has `data` only, which is its body.
   *
   * Resolves with the reply, or for an event with `undefined` once its workers have finished.
   * @throws BusError when there is no worker, or no reply in time.
   */
  send(endpoint: string, message?: SentMessage): Promise<TestReply | undefined>;
  /** The messages put on the bus, events and requests, in order; all of them, or those of one endpoint. */
  published(endpoint?: string): readonly TestMessage[];
  /**
   * Answers the requests of an endpoint in place of its workers: with a value, or with what a function of the
   * request returns. A `RequestError`, returned or thrown, is an error reply; `reply` of `restmapper/worker` sets
   * status, type and headers.
   */
  stub(endpoint: string, reply: StubReply): void;
  /** Resolves when the workers have finished all events. @throws Error if that takes longer than 10 s. */
  settled(): Promise<void>;
  /** Removes rows, records, stubs and rate limits, for the next test. */
  reset(): Promise<void>;
  /** Stops everything; the database is gone afterwards. */
  close(): Promise<void>;
  /** The same as `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What a worker receives; absent parts are as a gateway sends them. */
export interface SentMessage {
  /** @default null */
  readonly data?: unknown;
  /** @default null */
  readonly args?: unknown;
  /** @default {} */
  readonly params?: unknown;
  /** The declared headers, by lower-case name. @default {} */
  readonly headers?: unknown;
  /** @default null, an anonymous caller */
  readonly identity?: Identity | null;
  /** A UUID. @default a new one */
  readonly id?: string;
}

/** A worker's reply, before the gateway makes a response of it. */
export interface TestReply {
  /** The status that the worker chose. */
  readonly status: number | undefined;
  /** By lower-case names, with the media type as `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  /** As in a `TestResponse`; for an error `{"error":{"code":…,"description":…}}`. */
  readonly body: unknown;
}

/** A message as a worker receives it. */
export interface TestMessage {
  /** The key of the endpoint that it belongs to. */
  readonly endpoint: string;
  /** Its `message_id`, a UUID. */
  readonly id: string;
  /** `null` if the call has no body. */
  readonly data: unknown;
  /** `null` if the endpoint has no query. */
  readonly args: unknown;
  /** `{}` if the path has no parameters. */
  readonly params: unknown;
  /** The declared headers of the call; `{}` if the endpoint declares none. */
  readonly headers: unknown;
  /** `null` for an anonymous caller. */
  readonly identity: unknown;
  /** The headers of the AMQP message. */
  readonly messageHeaders: Readonly<Record<string, string | number>>;
  /** Of a message to another application: its routing key; of a request, the name of the queue. */
  readonly routingKey?: string;
}

/** An event that a worker refused. */
export interface TestDeadLetter extends TestMessage {
  /** The queue that it was in. */
  readonly queue: string;
  /** Why the worker refused it. */
  readonly reason: string;
}

/**
 * What stands in for a worker: the reply, an error, or a function of the request that returns or throws one of them.
 *
 * A function may also return a promise; one that never resolves lets the request time out.
 */
export type StubReply = unknown;
