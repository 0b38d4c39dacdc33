import type { ExchangeSpec, ProblemCode, QueueSpec } from '@restmapper/core';
import type { JsonObject } from '../model/json.ts';
import type { EndpointDelivery, EndpointKind, Endpoint, Model } from '../model/model.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

/** What the file has under the key of a kind of endpoint. */
export type RawDelivery = true | { readonly timeout?: string };

/** Where that stands, and where to report what is wrong with it. */
export interface DeliveryPlace {
  readonly pointer: string;
  readonly report: Report;
}

/**
 * A kind of endpoint: all that the file, the topology and the documents need to know of it.
 *
 * Its other half, which serves calls, is in the gateway's `deliveries/`.
 */
export interface DeliverySpec {
  /** The key in the file, and the kind in the model. */
  readonly key: EndpointKind;
  /** What it does, in a few words: `publish and confirm`. */
  readonly gist: string;
  /** What the file may have under the key, as JSON Schema draft-07. */
  readonly schema: JsonObject;
  readonly read: (raw: RawDelivery, place: DeliveryPlace) => EndpointDelivery;
  /** Whether a worker answers the call, which then has one worker, and may have a `reply`. */
  readonly isAnswered: boolean;
  /** How many messages a worker of it works on at once, unless its handler or the file says otherwise. */
  readonly defaultConcurrency: number;
  readonly exchangeType: ExchangeSpec['type'];
  /** The queues that are bound to an endpoint's exchange, besides those of feeds. */
  readonly queuesOf: (endpoint: Endpoint, model: Model) => readonly QueueSpec[];
  /** What a success is, for OpenAPI; without a schema it is the worker's reply. */
  readonly success: { readonly description: string; readonly schema?: JsonObject };
  readonly problems: DeliveryProblems;
}

/** What a call may be answered when it does not succeed. */
export interface DeliveryProblems {
  /** The name of the component in OpenAPI. */
  readonly name: string;
  readonly description: string;
  /** Besides those that any call may get. */
  readonly codes: readonly ProblemCode[];
}

/** Defines a kind of endpoint. */
export function defineDelivery(spec: DeliverySpec): DeliverySpec {
  return spec;
}

export interface TimeoutSchemaOptions {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly does: string;
  /** What a call waits for, such as `the worker's reply`. */
  readonly waitsFor: string;
  readonly absent: string;
}

/** The schema of a kind that has no more to say than `timeout`. */
export function timeoutSchema({ title, does, waitsFor, absent }: TimeoutSchemaOptions): JsonObject {
  return {
    title,
    description: does,
    type: ['boolean', 'object'],
    not: { const: false },
    errorMessage: `must be \`true\` or a mapping such as \`{ timeout: ${absent} }\``,
    additionalProperties: false,
    properties: {
      timeout: {
        $ref: '#/definitions/duration',
        title: 'Timeout',
        description: `How long a call waits for ${waitsFor}: 100ms to 10m.`,
        default: absent,
        examples: ['500ms', absent],
      },
    },
    examples: [true, { timeout: absent }],
  };
}

/** Reads `timeout` into milliseconds. */
export function readTimeout(raw: RawDelivery, absent: string, { pointer, report }: DeliveryPlace): number {
  const text = raw === true ? undefined : raw.timeout;
  const place = extendPointer(pointer, 'timeout');
  return readDuration({ text, absent, least: '100ms', most: '10m', pointer: place }, report);
}
