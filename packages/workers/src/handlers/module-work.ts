import { decodeEnvelope, parseIdentity } from '@restmapper/bus';
import type { Delivery, Log } from '@restmapper/bus';
import { Reject } from '../errors.ts';
import type { Call, DefinedHandler, HandlerContext } from '../handler.ts';
import { deadlineOf } from '../runtime/deadline.ts';
import type { WorkWithin } from '../once/once-work.ts';
import type { PublishFrom } from './publish.ts';

export interface ModuleOptions {
  /** The worker's name, for the log. */
  readonly worker: string;
  readonly publishFrom: PublishFrom;
  readonly log: Log;
}

/** The handler of a module: gets each call parsed, and its value becomes the reply's JSON. */
export function createModuleWork(
  { handle }: DefinedHandler,
  { worker, publishFrom, log }: ModuleOptions,
): WorkWithin {
  return async (delivery, signal, db) => {
    const { messageId } = delivery;
    const request = requestInfo(delivery);
    const context: HandlerContext = {
      db,
      publish: publishFrom(delivery),
      request,
      log: withFields(log, { worker, messageId, requestId: request.requestId }),
      signal,
      deadlineEpochMs: deadlineOf(delivery),
    };
    const value = await handle(parseCall(delivery), context);
    return { reply: Buffer.from(JSON.stringify(value ?? null)) };
  };
}

function requestInfo({ messageId, type, headers, attempt }: Delivery): HandlerContext['request'] {
  const requestId = headers['x-request-id'];
  return {
    messageId,
    endpoint: type,
    requestId: requestId === undefined ? undefined : String(requestId),
    attempt,
  };
}

/** @throws Reject when the message is not what a gateway sends. */
function parseCall({ body }: Delivery): Call {
  try {
    const { data, args, params, identity } = decodeEnvelope(body);
    return {
      data: parse(data),
      args: parse(args),
      params: params ? parse(params) : {},
      identity: identity ? parseIdentity(identity) : null,
    };
  } catch (error) {
    if (error instanceof SyntaxError) throw new Reject(`the message is not an envelope: ${error.message}`);
    throw error;
  }
}

function parse(json: Buffer): unknown {
  return JSON.parse(json.toString());
}

function withFields(log: Log, fields: object): Log {
  return {
    debug: (more, message) => log.debug({ ...fields, ...more }, message),
    info: (more, message) => log.info({ ...fields, ...more }, message),
    warn: (more, message) => log.warn({ ...fields, ...more }, message),
    error: (more, message) => log.error({ ...fields, ...more }, message),
  };
}
