import { decodeData, decodeEnvelope, type Message } from '@restmapper/bus';
import { isJsonType, parseMediaType } from '@restmapper/core';
import type { TestMessage } from './test-system.ts';

/** Reads a message of the bus. */
export function readMessage({
  body,
  messageId: id,
  type: endpoint,
  headers: messageHeaders,
}: Message): TestMessage {
  const { data, encoding, args, params, headers, identity } = decodeEnvelope(body);
  return {
    endpoint,
    id,
    data: decodeData(data, encoding),
    args: parse(args),
    params: params ? parse(params) : {},
    headers: headers ? parse(headers) : {},
    identity: identity ? parse(identity) : null,
    messageHeaders,
  };
}

/** Reads a message to another application, whose body is the data alone: a value of JSON, a text, or bytes. */
export function readRawMessage(message: Message): TestMessage {
  const { body, messageId: id, type: endpoint, headers, contentType } = message;
  const others = { args: null, params: {}, headers: {}, identity: null };
  return { endpoint, id, data: parseRaw(body, contentType), ...others, messageHeaders: headers };
}

function parseRaw(body: Buffer, contentType = 'application/json'): unknown {
  const type = parseMediaType(contentType)?.essence ?? '';
  if (isJsonType(type)) return parse(body);
  const isText = type.startsWith('text/') || type === 'application/x-www-form-urlencoded';
  return isText ? body.toString() : body;
}

/** Reads a message of an input, which other applications may write as they like: what is not JSON is a text. */
export function readInputMessage(message: Message, input: string): TestMessage {
  try {
    return readRawMessage({ ...message, type: input });
  } catch {
    const body = Buffer.from(JSON.stringify(message.body.toString()));
    return readRawMessage({ ...message, type: input, body });
  }
}

function parse(json: Buffer): unknown {
  return JSON.parse(json.toString());
}
