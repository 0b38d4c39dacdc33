import { decodeEnvelope, type Message } from '@restmapper/bus';
import type { TestMessage } from './test-system.ts';

/** Reads a message of the bus. */
export function readMessage({ body, messageId: id, type: endpoint, headers }: Message): TestMessage {
  const { data, args, params, identity } = decodeEnvelope(body);
  return {
    endpoint,
    id,
    data: parse(data),
    args: parse(args),
    params: params ? parse(params) : {},
    identity: identity ? parse(identity) : null,
    headers,
  };
}

/** Reads a message to another application, whose body is the data alone. */
export function readRawMessage({ body, messageId: id, type: endpoint, headers }: Message): TestMessage {
  return { endpoint, id, data: parse(body), args: null, params: {}, identity: null, headers };
}

function parse(json: Buffer): unknown {
  return JSON.parse(json.toString());
}
