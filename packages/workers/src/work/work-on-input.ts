import { decodeData, type Delivery, encodeEnvelope, type Headers } from '@restmapper/bus';
import { asError, deriveMessageId, jsonAt, scalarText, toMessageId } from '@restmapper/core';
import { parseTraceHeaders } from '@restmapper/core/tracing';
import { SchemaCompiler, type Source } from '@restmapper/endpoints';
import { Reject } from './errors.ts';
import type { HandlerResult } from './outcome.ts';
import type { Work } from './work.ts';

/**
 * Runs work on the messages of an input, as other applications write them: the whole body is the data.
 *
 * A body that is not JSON, that violates the input's schema, or that lacks the id of the message is rejected at once;
 * the work does not get it.
 */
export function workOnInput(work: Work, input: string, sources: () => readonly Source[]): Work {
  let listed: readonly Source[] | undefined;
  let read: ReadInput = (delivery) => delivery;
  const update = (): void => {
    const now = sources();
    if (now === listed) return;
    listed = now;
    const source = now.find(({ key }) => key === input);
    // A worker whose input is gone finishes what it has.
    if (source) read = createInputReader(source);
  };
  return async (batch, signal) => {
    update();
    const results = new Map<Delivery, HandlerResult>();
    const readable = batch.flatMap((delivery) => {
      try {
        return [{ delivery, call: read(delivery) }];
      } catch (error) {
        results.set(delivery, { error });
        return [];
      }
    });
    const done =
      readable.length > 0
        ? await work(
            readable.map(({ call }) => call),
            signal,
          )
        : [];
    for (const [index, { delivery }] of readable.entries()) {
      const result = done[index];
      if (result) results.set(delivery, result);
    }
    return batch.map((delivery) => results.get(delivery) ?? unanswered);
  };
}

const unanswered: HandlerResult = { error: new Error('the work returned no result') };

/** Makes a call of a message of another application. @throws Reject */
type ReadInput = (delivery: Delivery) => Delivery;

/** The largest body with defaults filled in, as of calls. */
const maxBodyBytes = 16_000_000;

function createInputReader({ key, body = true, origin }: Source): ReadInput {
  const compiler = new SchemaCompiler();
  const validate = compiler.compileJson(body);
  const fill = compiler.compileDefaults(body);
  return (delivery) => {
    const written = delivery.body;
    const value = parseBody(written);
    const data = fill ? fill(written, maxBodyBytes) : written;
    if (!data) throw new Reject('the defaults of its schema make the body too long');
    // What handlers get is validated, defaults included.
    const [fault] = body === true ? [] : validate(data === written ? value : parseBody(data), data);
    if (fault) throw new Reject(`the body is not as the file says: ${fault.pointer || 'it'} ${fault.detail}`);
    return {
      ...delivery,
      body: encodeEnvelope({ data, args: jsonNull }),
      type: key,
      messageId: origin?.id ? idIn(written, origin.id, key) : delivery.messageId,
      headers: withSoundTrace(delivery.headers),
    };
  };
}

const [jsonNull, jsonTrue, jsonFalse] = [Buffer.from('null'), Buffer.from('true'), Buffer.from('false')];

/** @throws Reject if it is not JSON in UTF-8. */
function parseBody(body: Buffer): unknown {
  try {
    return decodeData(body, undefined);
  } catch (error) {
    throw new Reject(`the body is not JSON: ${asError(error).message}`);
  }
}

/**
 * The id of a message, by a value of its body: a UUID stands for itself, any other text or number counts within its
 * input only.
 *
 * @throws Reject if there is none.
 */
function idIn(body: Buffer, names: readonly string[], input: string): string {
  const json = jsonAt(body, names);
  const text = json && scalarText(json);
  if (!text || json.equals(jsonTrue) || json.equals(jsonFalse))
    throw new Reject(`the body has no id: ${names.join('.')} must be a text or a number`);
  const id = toMessageId(text);
  return id === text.toLowerCase() ? id : deriveMessageId([input, text]);
}

/** Messages that a handler sends inherit the trace, which others must be able to read. */
function withSoundTrace(headers: Headers): Headers {
  if (headers['traceparent'] === undefined || parseTraceHeaders(headers)) return headers;
  const { traceparent: _parent, tracestate: _state, ...others } = headers;
  return others;
}
