import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { sha256 } from '@restmapper/auth';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { deleteTopology } from '../../../../test/support/amqp.ts';

export type ModelName = 'a' | 'b';

/** Two files for one application, each with parts that the other lacks, and some broken ones. */
export interface Models {
  /** The prefix of every endpoint's path. */
  readonly path: string;
  readonly table: string;
  readonly a: Model;
  readonly b: Model;
  /** As `b`, with these lines instead of its endpoints, workers or schemes. */
  broken(lines: Readonly<Partial<Lines>>): Model;
  /** Deletes what they declared on the broker. */
  remove(): Promise<void>;
}

interface Lines {
  readonly endpoints: string;
  readonly workers: string;
  readonly schemes: string;
}

const directory = fileURLToPath(new URL('./handlers/', import.meta.url));

/** The key that only this model accepts. */
export const keyOf = (name: ModelName): string => `key-of-${name}`;

export function createModels(): Models {
  const id = randomUUID().slice(0, 8);
  const path = `/${id}`;
  const table = `kept_${id}`;
  const parse = (name: ModelName, lines: Partial<Lines> = {}): Model =>
    parseEndpoints(textOf(name, { path, table, id, ...lines }), { file: 'endpoints.yaml', directory });
  const [a, b] = [parse('a'), parse('b')];
  const made = [a, b];
  return {
    path,
    table,
    a,
    b,
    broken(lines) {
      const model = parse('b', lines);
      made.push(model);
      return model;
    },
    remove: async () => {
      for (const model of made) await deleteTopology(topologyOf(model));
    },
  };
}

interface TextOptions extends Partial<Lines> {
  readonly path: string;
  readonly table: string;
  readonly id: string;
}

/** `a` has an endpoint with its own feed and worker that `b` lacks; schema, worker and key differ. */
function textOf(name: ModelName, options: TextOptions): string {
  const { path, table, id, endpoints = '', workers = '', schemes } = options;
  const only = name === 'a';
  return `endpoints:
  POST ${path}/kept: { public: true, fanout: true, body: { type: object, required: [n] }, feed: kept-${id} }
  POST ${path}/echo: { public: true, rpc: true, body: true }
  POST ${path}/version: { public: true, rpc: true, body: true }
  POST ${path}/shape: { public: true, rpc: true, body: { type: object, required: [${name}] } }
  POST ${path}/guarded: { rpc: true, body: true }
  ${only ? `POST ${path}/extra: { public: true, fanout: true, body: true, feed: extra-${id} }` : ''}
  ${endpoints}
workers:
  store: { on: POST ${path}/kept, use: append, table: ${table} }
  echo: { on: POST ${path}/echo, use: ./slow-echo.js, concurrency: 200 }
  version: { on: POST ${path}/version, use: ./version-${name}.js, concurrency: 20 }
  shape: { on: POST ${path}/shape, use: ./echo.js, concurrency: 20 }
  guarded: { on: POST ${path}/guarded, use: ./echo.js, concurrency: 20 }
  ${only ? `extra: { on: POST ${path}/extra, use: append, table: extra_${id} }` : ''}
  ${workers}
feeds:
  kept-${id}: { public: true }
  ${only ? `extra-${id}: { public: true }` : ''}
auth:
  schemes:
    ${schemes ?? `shops: { apiKey: { clients: { shop: { keys: [${sha256(keyOf(name)).toString('hex')}] } } } }`}
`;
}
