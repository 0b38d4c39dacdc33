import type { CallPath } from './call-path.ts';
import type { CallTemplate } from './call-template.ts';
import type { Access } from './access.ts';
import type { Auth } from './auth.ts';
import type { ForeignTarget } from './foreign-target.ts';
import type { ConsumedType } from './consumed-type.ts';
import type { Origin } from './origin.ts';
import type { PluginGroup } from './plugins.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Order, Routing } from './routing.ts';
import type { Use } from './use.ts';

/** A JSON Schema 2020-12, as written in the file. */
export type JsonSchema = Readonly<Record<string, unknown>> | boolean;

export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];

/** The content of `endpoints.yaml`, with every default filled in; deeply frozen. */
export interface Model {
  readonly info: Info;
  readonly endpoints: readonly Endpoint[];
  /** The sources through which only workers send. */
  readonly internal: readonly Source[];
  /** The sources whose messages come from other applications. */
  readonly inputs: readonly Source[];
  /** Exchanges of other applications, to which workers publish. */
  readonly outputs: readonly Source[];
  readonly workers: readonly Worker[];
  readonly feeds: readonly Feed[];
  /** Absent: everything is public. */
  readonly auth: Auth | undefined;
  /** Empty without plugins. */
  readonly plugins: readonly PluginGroup[];
  /** Absent: the application has none. */
  readonly migrations: Migrations | undefined;
}

/**
 * The migrations of the application's own tables. `directory` is absolute. `revision` changes with the files in it; it
 * is absent for those that were there when the process started.
 */
export interface Migrations {
  readonly directory: string;
  readonly revision?: string;
}

/** What the API is called, and who is behind it. */
export interface Info {
  readonly title: string;
  /** Absent: the server's version. */
  readonly version: string | undefined;
  readonly description: string;
  readonly contact: Contact | undefined;
  readonly license: License | undefined;
}

export interface Contact {
  readonly name?: string;
  readonly url?: string;
  readonly email?: string;
}

export interface License {
  readonly name: string;
  readonly url?: string;
}

/** Where messages come from: what workers consume, publish to and ask. An endpoint is a source with an HTTP door. */
export interface Source {
  /** Its identity, and the type of its messages: `METHOD /path`, or the name of an internal source. */
  readonly key: string;
  readonly summary: string;
  readonly description: string;
  readonly delivery: EndpointDelivery;
  /** Absent: a body is refused. */
  readonly body: JsonSchema | undefined;
  /** Absent: any argument is refused. Always of type object, with no undeclared properties unless the file allows them. */
  readonly query: JsonSchema | undefined;
  /** The names of the path's parameters, in order; empty without a path. */
  readonly paramNames: readonly string[];
  /** Absent when the path has no parameters; else of type object, every parameter required, string by default. */
  readonly params: JsonSchema | undefined;
  /** Absent: workers get none of the request's headers. Always of type object, the names in lower case. */
  readonly headers: JsonSchema | undefined;
  /** Absent: the reply is not validated. */
  readonly reply: JsonSchema | undefined;
  /** The media types that a reply may have, at least one; absent: JSON. */
  readonly produces?: readonly string[];
  /** The headers that an answer may have besides those that any may have, in lower case; absent: none. */
  readonly replyHeaders?: readonly string[];
  /** The feed's name as written, if its messages are also streamed live. */
  readonly feed: string | undefined;
  /**
   * The exchange's name, `<path>:<METHOD>` or `internal:<name>`; that of a foreign exchange, or `''` for a foreign queue.
   * An input has no exchange; it is the name of its queue, `input:<name>`.
   */
  readonly exchange: string;
  /** Present: other applications send the messages. */
  readonly origin?: Origin;
  /** Present: its workers have several queues. */
  readonly routing?: Routing;
  /** Who may call; absent where nothing but workers can. */
  readonly access?: Access;
  /** Present: a call retried with its `Idempotency-Key` is answered like the first one. */
  readonly idempotency?: Idempotency | undefined;
}

export interface Endpoint extends Source {
  readonly method: Method;
  /** The path as written, with `{param}` for a parameter. */
  readonly path: string;
  /** The groups that documents list it under; at least one. */
  readonly tags: readonly string[];
  /** The HTTP status of a success. */
  readonly status: number;
  /** The `Location` of a success, unless the reply has one. */
  readonly location: CallTemplate | undefined;
  readonly produces: readonly string[];
  readonly replyHeaders: readonly string[];
  readonly maxBodyBytes: number;
  /** The media types of bodies. */
  readonly consumes: readonly ConsumedType[];
  /** Whether workers also get the body as sent. */
  readonly hasRaw: boolean;
  readonly access: Access;
  /** Absent: unlimited. */
  readonly rateLimit: RateLimit | undefined;
}

export interface Idempotency {
  /** How long the first answer is stored. */
  readonly keepMs: number;
}

/** The kinds of endpoint; `deliveries/` has a room for each. */
export type EndpointKind = 'fanout' | 'rpc' | 'publish';

/** The kind of an endpoint, and how its calls are passed on. */
export interface EndpointDelivery {
  readonly kind: EndpointKind;
  readonly timeoutMs: number;
  /** Present: the answer to an accepted message has its id. */
  readonly answersId?: true;
  /** Present: calls may be CloudEvents, and messages always are. */
  readonly cloudEvents?: true;
  /** Present: the messages go to another application. */
  readonly foreign?: ForeignTarget;
  /** Present: the value of a call for which its workers have a queue each; see `Source.routing`. */
  readonly routingKey?: CallPath;
  /** Present: a message is not processed later than this after it was sent. */
  readonly expiresMs?: number;
}

/** A worker of one source; a worker of several is one for each, all of one name. */
export interface Worker {
  readonly name: string;
  /** The key of the source whose messages it handles. */
  readonly on: string;
  readonly delivery: EndpointKind;
  readonly use: Use;
  /** The queue; the name that all of its parts have in common if the worker has several. */
  readonly queue: string;
  /** Present: a queue for each value of its source's routing key. */
  readonly values?: readonly string[];
  /** Present: only the queues of these values are consumed. */
  readonly only?: readonly string[];
  /** Present: messages of one key are processed one after the other. */
  readonly order?: Order;
  /** Present: its source is an input; with the existing queue that it consumes besides its own. */
  readonly input?: { readonly queue?: string };
  /** Failed attempts after the first, before the message is dead-lettered. */
  readonly retries: number;
  /** Present: a processed message is not processed again. */
  readonly once: Once | undefined;
  /** Whether it uses the database. */
  readonly usesDatabase: boolean;
  /** What happens to a request while the database is down: it waits until its deadline, or fails at once. */
  readonly whenAway: 'wait' | 'fail';
  /** The maximum number of concurrent batches in one process. */
  readonly concurrency: number;
  readonly batchSize: number;
  readonly batchWaitMs: number;
}

export interface Once {
  /** How long a processed message is remembered. */
  readonly keepMs: number;
  /** Under what name: two sources may have messages of one id. @default that of the worker */
  readonly inbox?: string;
}

export interface Feed {
  readonly name: string;
  /** The stream's name on the bus, `feed:<name>`. */
  readonly queue: string;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
  readonly access: Access;
  /** The fields of a message that must equal claims of its watcher, or its `subject`. */
  readonly where: Readonly<Record<string, string>>;
  /** What watchers receive of a message: the envelope's `data`, none of it, or these top-level fields. */
  readonly payload: 'data' | 'none' | readonly string[];
  /** What happens to a watcher that cannot keep up. */
  readonly whenSlow: 'disconnect' | 'skip' | 'latest';
}
