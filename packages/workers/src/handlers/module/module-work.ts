import { type Log, parseIdentity } from '@restmapper/core';
import { type Bus, decodeData, decodeRaw, type Delivery, readCloudEvent } from '@restmapper/bus';
import type { Call, DefinedHandler, HandlerContext, MessageInfo } from '../../work/handler.ts';
import type { HandlerReply } from '../../work/outcome.ts';
import { deadlineOf } from '../../work/deadline.ts';
import type { ReplyForm } from '@restmapper/endpoints';
import { encodeReply } from '../../work/encode-reply.ts';
import type { Plugins } from '../../work/plugins.ts';
import { FullReply } from '../../work/reply.ts';
import type { WorkWithin } from '../once/once-work.ts';
import { withFields } from '../../work/log-fields.ts';
import { createOutgoing } from './outgoing.ts';
import { createPublish } from './publish.ts';
import { createRequest } from './request.ts';
import type { SourceBook } from './source-book.ts';
import { readEnvelope } from '../../work/read-envelope.ts';

export interface ModuleOptions {
  /** The worker's name. */
  readonly worker: string;
  readonly bus: Bus;
  readonly book: SourceBook;
  /** Whether a handler that runs again for the same message sends the same messages with the same ids. */
  readonly isRepeatable: boolean;
  /** Returns what a reply to a delivery may be. */
  readonly replyFormOf: (delivery: Delivery) => ReplyForm;
  /** What the file passes to the module. @default none */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  readonly plugins: Plugins;
  readonly log: Log;
}

/**
 * Runs the handler of a module: it receives the parsed call, and its return value becomes the reply.
 */
export function createModuleWork(
  { handle }: DefinedHandler,
  { worker, bus, book, isRepeatable, replyFormOf, options = noOptions, plugins, log }: ModuleOptions,
): WorkWithin {
  const replyTo = (delivery: Delivery, value: unknown): HandlerReply => {
    if (delivery.wantsReply) return encodeReply(value, replyFormOf(delivery));
    if (value instanceof FullReply) warnOnce();
    return noReply;
  };
  const warnOnce = once(() =>
    log.warn({ worker }, 'the reply of a handler is ignored: its endpoint answers before the handler runs'),
  );
  return async (delivery, signal, scope) => {
    const message = messageInfo(delivery, worker);
    const createMessage = createOutgoing(delivery, { isRepeatable });
    const parts = { bus, book, delivery, createMessage, worker, signal, scope };
    const context: HandlerContext = {
      db: scope.db,
      publish: createPublish(parts),
      request: createRequest(parts),
      message,
      options,
      plugins,
      log: withFields(log, { worker, messageId: message.id, requestId: message.requestId }),
      signal,
      deadlineEpochMs: deadlineOf(delivery),
    };
    const value = await handle(parseCall(delivery), context);
    return replyTo(delivery, value);
  };
}

/** An event has no caller that waits. */
const noReply: HandlerReply = { reply: Buffer.from('null') };

function once(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}

const noOptions = Object.freeze({});

function messageInfo(
  { messageId, type, routingKey, headers, attempt }: Delivery,
  worker: string,
): MessageInfo {
  const requestId = headers['x-request-id'];
  return {
    id: messageId,
    source: type,
    routingKey,
    worker,
    requestId: requestId === undefined ? undefined : String(requestId),
    attempt,
  };
}

/** @throws Reject if the message does not have a gateway's format. */
function parseCall(delivery: Delivery): Call {
  return readEnvelope(delivery, ({ args, params, headers, identity, event, raw, ...body }) => ({
    data: decodeData(body.data, body.encoding),
    args: parse(args),
    params: params ? parse(params) : {},
    headers: headers ? parse(headers) : {},
    identity: identity ? parseIdentity(identity) : null,
    ...(event && cloudEventOf(event)),
    ...(raw && { raw: decodeRaw(raw, body) }),
  }));
}

function cloudEventOf(body: Buffer): Pick<Call, 'cloudEvent'> {
  const cloudEvent = readCloudEvent(body);
  return cloudEvent ? { cloudEvent } : {};
}

function parse(json: Buffer): unknown {
  return decodeData(json, undefined);
}
