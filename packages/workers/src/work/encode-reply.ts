import type { Delivery } from '@restmapper/bus';
import { isJsonType, type MediaType, requestError } from '@restmapper/core';
import {
  assertReplyHeaders,
  defaultTypeOf,
  parseProducedType,
  type ReplyForm,
  type Source,
} from '@restmapper/endpoints';
import type { HandlerReply } from './outcome.ts';
import { assertValue, FullReply } from './reply.ts';

const json = 'application/json';

/**
 * Encodes what a handler returned.
 *
 * @throws RequestError BAD_REPLY if the endpoint does not declare its media type or one of its headers.
 */
export function encodeReply(value: unknown, form: ReplyForm): HandlerReply {
  const isFull = value instanceof FullReply;
  const defaultType = defaultTypeOf(form);
  if (!isFull && defaultType === json) return { reply: encodeJson(value) };
  try {
    return isFull ? encodeFull(value, { form, defaultType }) : encodeAs(value, defaultType, form);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw requestError('BAD_REPLY', {
      detail: `the handler's reply cannot be sent: ${cause.message}`,
      cause,
    });
  }
}

interface FormWithDefault {
  readonly form: ReplyForm;
  readonly defaultType: string;
}

function encodeFull(full: FullReply, { form, defaultType }: FormWithDefault): HandlerReply {
  const { value, status, type = defaultType, headers } = full;
  assertReplyHeaders(headers, form);
  const head = {
    ...(status !== undefined && { status }),
    ...(Object.keys(headers).length > 0 && { headers }),
  };
  if (status === 204 || status === 205 || status === 304) return { ...head, reply: Buffer.alloc(0) };
  return { ...head, ...encodeAs(value, type, form) };
}

function encodeAs(value: unknown, text: string, form: ReplyForm): HandlerReply {
  const type = parseProducedType(text, form);
  assertValue(value, text);
  const isBytes = value instanceof Uint8Array;
  if (!isJsonType(type.essence)) {
    // Checked above.
    const body = isBytes ? Buffer.from(value) : Buffer.from(value as string);
    return { reply: body, contentType: isBytes ? text : inUtf8(text, type) };
  }
  return {
    reply: isBytes ? Buffer.from(value) : encodeJson(value),
    ...(text !== json && { contentType: text }),
  };
}

/** Says in which encoding a text is, where the type leaves that open. */
function inUtf8(text: string, { essence, parameters }: MediaType): string {
  return essence.startsWith('text/') && !parameters.has('charset') ? `${text}; charset=utf-8` : text;
}

function encodeJson(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value ?? null));
}

/** Creates what finds the form of the replies to a delivery, which the sources of the current model decide. */
export function createReplyFormOf(sources: () => readonly Source[]): (delivery: Delivery) => ReplyForm {
  let known = new Map<string, ReplyForm>();
  let seen: readonly Source[] | undefined;
  return ({ queue }) => {
    const current = sources();
    if (current !== seen) {
      known = new Map(current.map((source) => [source.exchange, source]));
      seen = current;
    }
    return known.get(queue) ?? { key: queue };
  };
}
