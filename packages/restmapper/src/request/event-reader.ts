import type { IncomingMessage } from 'node:http';
import {
  type CloudEvent,
  cloudEventMediaType,
  readMembers,
  requestError,
  type Violation,
} from '@restmapper/core';
import { type Endpoint, maxViolations } from '@restmapper/endpoints';
import { createBodyJudge, type JudgedBody } from './body-judge.ts';
import {
  createDataReader,
  type DataReader,
  type DataReaderOptions,
  jsonNull,
  type ReadOptions,
  readJson,
} from './data-reader.ts';
import { type CheckAttributes, createAttributeCheck, type RawAttributes } from './event-attributes.ts';
import { hasEventHeaders, readEventHeaders } from './event-headers.ts';
import { unsupported } from './consumed-type.ts';
import { isJsonMediaType } from './media-type.ts';

/**
 * Creates the reader of a body that may also be a CloudEvent.
 *
 * | the request has | it is |
 * |---|---|
 * | `Content-Type: application/cloudevents+json` | an event in structured mode: the body has attributes and data |
 * | a header such as `ce-id` | an event in binary mode: the headers are its attributes, the body its data |
 * | neither | an ordinary call |
 *
 * The data must satisfy the endpoint's schema in each case. The reader throws what {@link createDataReader}
 * says, and MALFORMED_REQUEST.
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
 */
export function createEventReader(endpoint: Endpoint, options: DataReaderOptions): DataReader {
  const checkAttributes = createAttributeCheck(options.compiler);
  const readData = createDataReader(endpoint, options);
  const readStructured = createStructuredReader(endpoint, { ...options, checkAttributes });
  return async (request, read) => {
    const { headers } = request;
    if (isEventFormat(headers['content-type'])) return await readStructured(request, read);
    const event = hasEventHeaders(headers) ? readEventHeaders(request, checkAttributes) : undefined;
    return { ...(await readData(request, read)), event };
  };
}

interface StructuredOptions extends DataReaderOptions {
  readonly checkAttributes: CheckAttributes;
}

function createStructuredReader(endpoint: Endpoint, options: StructuredOptions): DataReader {
  const judgeData = createDataJudge(endpoint, options);
  return async (request: IncomingMessage, read: ReadOptions) => {
    checkFormat(request);
    const { value, bytes } = await readJson(request, { ...options, ...endpoint }, read);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw invalid([{ pointer: '', detail: 'must be a CloudEvent, which is an object' }]);
    }
    const { data, ...attributes } = value as RawAttributes;
    const written = [...readMembers(bytes)].find(({ name }) => name === 'data')?.value;
    const judged = judgeData(data, written);
    const violations = [...options.checkAttributes(attributes), ...judged.violations];
    if (violations.length > 0) throw invalid(violations.slice(0, maxViolations));
    read.held.take(judged.data.length - (written ?? judged.data).length);
    return { data: judged.data, event: withoutNulls(attributes) };
  };
}

/** Judges an event's data, which may be absent. */
type JudgeData = (data: unknown, bytes: Buffer | undefined) => JudgedBody;

function createDataJudge({ body }: Endpoint, { compiler }: DataReaderOptions): JudgeData {
  const pointer = '/data';
  const refused = (detail: string): JudgedBody => ({ data: jsonNull, violations: [{ pointer, detail }] });
  if (body === undefined) {
    return (data = null) =>
      data === null ? { data: jsonNull, violations: [] } : refused('is not accepted by this endpoint');
  }
  const judge = createBodyJudge(body, compiler);
  return (value, bytes) => {
    if (!bytes) return refused('is required');
    const { data, violations } = judge(value, bytes);
    return { data, violations: violations.map((found) => ({ ...found, pointer: pointer + found.pointer })) };
  };
}

/** An attribute that is null is absent. Checked: the required ones are not. */
function withoutNulls(attributes: RawAttributes): CloudEvent {
  return Object.fromEntries(
    Object.entries(attributes).filter(([, value]) => value !== null),
  ) as unknown as CloudEvent;
}

const eventFormat = /^application\/cloudevents/i;
const structured = /^application\/cloudevents\+json\s*(?:;|$)/i;

const consumedEvent = { type: cloudEventMediaType, format: 'json' } as const;

/** Whether a Content-Type names a format of events, even one that is not accepted. */
function isEventFormat(contentType = ''): boolean {
  return eventFormat.test(contentType);
}

/** @throws RequestError UNSUPPORTED_MEDIA_TYPE for a batch and for formats other than JSON. */
function checkFormat({ headers }: IncomingMessage): void {
  const type = String(headers['content-type']);
  if (structured.test(type) && isJsonMediaType(type)) return;
  const came = type.length > 100 ? `${type.slice(0, 100)}…` : type;
  throw unsupported(
    `a CloudEvent must come alone, with Content-Type: application/cloudevents+json, in UTF-8; it came with Content-Type: ${came}`,
    [consumedEvent],
  );
}

function invalid(violations: readonly Violation[]) {
  return requestError('INVALID_BODY', {
    detail: 'the request body is not a CloudEvent that this endpoint accepts',
    violations,
  });
}
