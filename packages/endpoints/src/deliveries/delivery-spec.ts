import type { ExchangeSpec, ProblemCode } from '@restmapper/core';
import type { ForeignFormat } from '../model/foreign-target.ts';
import type { JsonObject } from '../model/json.ts';
import type { EndpointDelivery, EndpointKind, Model, Source } from '../model/model.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import type { SourceTopology } from './source-topology.ts';

/** An exchange or a queue of another application, as written. */
export interface RawForeign {
  readonly queue?: string;
  readonly replyExchange?: string;
  readonly exchange?: string;
  readonly routingKey?: string;
  readonly format?: ForeignFormat;
  readonly declare?: 'topic';
}

/** The content under the key of a kind of endpoint. */
export type RawDelivery =
  | true
  | (RawForeign & {
      readonly timeout?: string;
      readonly cloudEvents?: boolean;
      readonly answer?: 'id';
      readonly expires?: string;
    });

/** Its place in the file, and the report for mistakes. */
export interface DeliveryPlace {
  readonly pointer: string;
  readonly report: Report;
}

/**
 * The spec of a kind of endpoint, for the file, the topology and the documents.
 *
 * Its counterpart, which serves calls, is in the gateway's `deliveries/`.
 */
export interface DeliverySpec {
  /** The key in the file, and the kind in the model. */
  readonly key: EndpointKind;
  /** A short description: `publish and confirm`. */
  readonly gist: string;
  /** The schema of the content under the key, as JSON Schema draft-07. */
  readonly schema: JsonObject;
  readonly read: (raw: RawDelivery, place: DeliveryPlace) => EndpointDelivery;
  /** Whether a worker answers the call, which then has one worker, and may have a `reply`. */
  readonly isAnswered: boolean;
  /** Present if no worker of the file can have the calls. */
  readonly hasWorkers?: false;
  /** The default concurrency of its workers, unless the handler or the file overrides it. */
  readonly defaultConcurrency: number;
  readonly exchangeType: ExchangeSpec['type'];
  /** The queues of a source, without feeds, and how its messages reach them. */
  readonly topologyOf: (source: Source, model: Model) => SourceTopology;
  /** The success response for OpenAPI; without a schema it is the worker's reply. */
  readonly success: (delivery: EndpointDelivery) => Success;
  readonly problems: DeliveryProblems;
}

/** The success response of an endpoint. */
export interface Success {
  readonly description: string;
  readonly schema?: JsonObject;
}

/** The possible error responses. */
export interface DeliveryProblems {
  /** The name of the component in OpenAPI. */
  readonly name: string;
  /** What else an error can be than one of the codes of a call; Markdown that precedes a list. */
  readonly others: string;
  /** In addition to those of any call. */
  readonly codes: readonly ProblemCode[];
}

/** Defines a kind of endpoint. */
export function defineDelivery(spec: DeliverySpec): DeliverySpec {
  return spec;
}

export interface TimeoutSchemaOptions {
  readonly title: string;
  /** A description in a sentence. */
  readonly does: string;
  /** What a call waits for, such as `the worker's reply`. */
  readonly waitsFor: string;
  readonly absent: string;
  /** The schemas of its other keys. */
  readonly others?: JsonObject;
}

/** The schema of a kind with a `timeout`. */
export function timeoutSchema({
  title,
  does,
  waitsFor,
  absent,
  others = {},
}: TimeoutSchemaOptions): JsonObject {
  return {
    title,
    description: does,
    type: ['boolean', 'object'],
    not: { const: false },
    errorMessage: `must be \`true\` or a mapping such as \`{ timeout: ${absent} }\``,
    additionalProperties: false,
    properties: { timeout: timeoutProperty(waitsFor, absent), ...others },
    examples: [true, { timeout: absent }],
  };
}

/** The schema of the key `timeout`. */
export function timeoutProperty(waitsFor: string, absent: string): JsonObject {
  return {
    $ref: '#/definitions/duration',
    title: 'Timeout',
    description: `How long a call waits for ${waitsFor}: 100ms to 10m.`,
    default: absent,
    examples: ['500ms', absent],
  };
}

/** Reads `timeout` into milliseconds. */
export function readTimeout(raw: RawDelivery, absent: string, { pointer, report }: DeliveryPlace): number {
  const text = raw === true ? undefined : raw.timeout;
  const place = extendPointer(pointer, 'timeout');
  return readDuration({ text, absent, least: '100ms', most: '10m', pointer: place }, report);
}
