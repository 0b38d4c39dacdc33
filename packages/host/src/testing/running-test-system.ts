import { encodeContent, type Reply } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import {
  createFindRoute,
  isAnswered,
  isOwn,
  ownEventOf,
  type Source,
  sourcesOf,
} from '@restmapper/endpoints';
import type { Database } from '@restmapper/workers';
import type { Service } from '../process/service.ts';
import type { System } from '../roles/open-system.ts';
import { parseBody } from './parse-body.ts';
import { call, type RequestOptions, type TestResponse } from './http-call.ts';
import type { RecordedBus } from './recorded-bus.ts';
import type { LogLine } from './recorded-log.ts';
import type { Stubs } from './stubs.ts';
import type {
  SentMessage,
  StubReply,
  TestDeadLetter,
  TestMessage,
  TestReply,
  TestSystem,
} from './test-system.ts';
import type { Unfinished } from './unfinished.ts';

/** What a test system consists of. */
export interface TestSystemParts {
  readonly system: System;
  readonly bus: RecordedBus;
  readonly db: Database;
  readonly removeRows: () => Promise<void>;
  readonly stubs: Stubs;
  readonly unfinished: Unfinished;
}

interface RunningParts extends TestSystemParts {
  readonly service: Service;
  readonly logged: LogLine[];
  readonly close: () => Promise<void>;
}

/** How long workers may take to finish what a test has sent. */
const settleMs = 10_000;

/** A test system on its parts. */
export class RunningTestSystem implements TestSystem {
  readonly url: string;
  readonly #parts: RunningParts;
  #closed: Promise<void> | undefined;

  constructor(parts: RunningParts) {
    this.#parts = parts;
    this.url = new URL(parts.system.urls[0]?.[1] ?? '').origin;
  }

  get db(): Database {
    return this.#parts.db;
  }

  get logged(): readonly LogLine[] {
    return this.#parts.logged;
  }

  get deadLetters(): readonly TestDeadLetter[] {
    return this.#parts.bus.deadLetters;
  }

  request(method: string, path: string, options?: RequestOptions): Promise<TestResponse> {
    if (!path.startsWith('/')) throw new TypeError(`the path ${path} must begin with /`);
    return call(method, `${this.url}/api/v1${path}`, options);
  }

  async send(key: string, message: SentMessage = {}): Promise<TestReply | undefined> {
    const source = this.#source(key);
    if (source.origin) return await this.#sendToInput(source, message);
    if (!isOwn(source))
      throw new TypeError(`the messages of ${key} go to another application; call it with \`request\``);
    const { exchange, delivery } = source;
    const { data = null, args = null, params, headers, identity } = message;
    const { id: messageId = createMessageId() } = message;
    const envelope = {
      data: json(data),
      args: json(args),
      params: params === undefined ? undefined : json(params),
      headers: headers === undefined ? undefined : json(headers),
      identity: identity ? json(identity) : undefined,
    };
    const timestampMs = Date.now();
    const event = ownEventOf(source, { messageId, timestampMs });
    const { routingKey, headers: routed = {} } = createFindRoute(source)?.(envelope) ?? {};
    const content = encodeContent(envelope, event);
    const sent = { ...content, messageId, type: key, timestampMs, headers: routed };
    const options = { deadlineEpochMs: timestampMs + delivery.timeoutMs, routingKey };
    if (isAnswered(delivery)) return readReply(await this.#parts.bus.request(exchange, sent, options));
    await this.#parts.bus.publish(exchange, sent, options);
    await this.settled();
    return undefined;
  }

  /** Puts a message into the queue of each worker of an input, as if its exchange had routed it there. */
  async #sendToInput({ key: type }: Source, { data = null, id, ...others }: SentMessage): Promise<undefined> {
    const [strange] = Object.entries(others).filter(([, value]) => value !== undefined);
    if (strange) throw new TypeError(`a message of the input ${type} has data only, no ${strange[0]}`);
    const { bus, system } = this.#parts;
    const timestampMs = Date.now();
    const messageId = id ?? createMessageId();
    const sent = { body: json(data), messageId, type, timestampMs, headers: {} };
    const queues = system.model.workers.filter(({ on }) => on === type).map(({ queue }) => queue);
    for (const routingKey of new Set(queues))
      await bus.publish('', sent, { routingKey, deadlineEpochMs: timestampMs + settleMs });
    await this.settled();
  }

  published(endpoint?: string): readonly TestMessage[] {
    const { messages } = this.#parts.bus;
    return endpoint === undefined ? [...messages] : messages.filter((sent) => sent.endpoint === endpoint);
  }

  stub(key: string, reply: StubReply): void {
    const source = this.#source(key);
    if (!isAnswered(source.delivery))
      throw new TypeError(`${key} needs no stub: its calls are not answered by a worker`);
    const { exchange, delivery } = source;
    const place = delivery.foreign?.kind === 'queue' ? delivery.foreign.queue : exchange;
    this.#parts.stubs.set(place, { form: source, reply });
  }

  async settled(): Promise<void> {
    const { unfinished, service } = this.#parts;
    if (await unfinished.settles(settleMs)) return;
    const { checks } = await service.readiness.read();
    const reasons = Object.entries(checks).filter(([, state]) => state !== 'ok');
    const why = reasons.map(([name, reason]) => `; ${name}: ${reason}`).join('');
    const queues = unfinished.queues.join(', ');
    throw new Error(`events are not finished after ${settleMs / 1000} s, in the queues ${queues}${why}`);
  }

  async reset(): Promise<void> {
    const { system, bus, removeRows, stubs, unfinished, logged } = this.#parts;
    await this.settled().catch(() => unfinished.clear());
    await forgetCallers(system);
    await removeRows();
    stubs.clear();
    for (const records of [bus.messages, bus.deadLetters, logged]) records.length = 0;
  }

  close(): Promise<void> {
    this.#closed ??= this.#parts.close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #source(key: string): Source {
    const sources = sourcesOf(this.#parts.system.model);
    const source = sources.find((source) => source.key === key);
    if (source) return source;
    const known = sources.map(({ key }) => key).join(', ');
    throw new TypeError(`there is no endpoint ${key}; the file has ${known}`);
  }
}

/** Rate limits keep their counts in the next generation, unless it has none. */
async function forgetCallers(system: System): Promise<void> {
  const { model } = system;
  if (model.endpoints.every(({ rateLimit }) => rateLimit === undefined)) return;
  const endpoints = model.endpoints.map((endpoint) => ({ ...endpoint, rateLimit: undefined }));
  await system.replace({ ...model, endpoints });
  await system.replace(model);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function readReply({ body, status, contentType = 'application/json', httpHeaders }: Reply): TestReply {
  const headers = Object.entries(httpHeaders ?? {}).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  return {
    status: status === 'invalid' ? undefined : status,
    headers: { ...Object.fromEntries(headers), 'content-type': contentType },
    body: parseBody(body, contentType),
  };
}
