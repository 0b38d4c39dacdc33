import { isAnswered } from '../../deliveries/deliveries.ts';
import type { Endpoint, JsonSchema, Model } from '../../model/model.ts';
import { capitalize, operationNames } from '../operation-names.ts';
import { replySchemaOf } from '../reply-schema.ts';
import { comment, indent, keyOf } from './type-text.ts';
import { TypeWriter, type View } from './type-writer.ts';

const head = `// What calls of the API hold, as its endpoints.yaml says. Made by \`restmapper types\`; do not edit.
`;

/**
 * Writes the shapes of a model's calls as a TypeScript module, for clients and for handlers of workers.
 *
 * ```ts
 * export interface Endpoints {
 *   "GET /orders/{id}": { body: null; query: null; args: null; params: GetOrdersByIdParams; reply: unknown };
 * }
 * ```
 *
 * `query` is what a caller may send, `args` what a handler gets of it, with defaults filled in. An endpoint
 * without parameters in its path has `{}` for `params`.
 */
export function typesOf(model: Model): string {
  const names = operationNames(model.endpoints);
  const nameOf = ({ key }: Endpoint): string => capitalize(names.get(key) ?? '');
  const taken = new Set(model.endpoints.flatMap((endpoint) => parts.map((part) => nameOf(endpoint) + part)));
  const declarations: string[] = [];
  const entries = model.endpoints.map((endpoint) => {
    return entryOf(
      { ...endpoint, reply: replySchemaOf(endpoint, model) },
      (part, schema, view = 'written') => {
        const name = nameOf(endpoint) + part;
        declarations.push(...new TypeWriter(schema, { name, view, taken }).write());
        return name;
      },
    );
  });
  const endpoints = `/** By its key, what each endpoint takes and gives. */\nexport interface Endpoints {\n${indent(entries.join('\n'))}\n}\n`;
  return [head, endpoints, ...declarations.map((declaration) => `${declaration}\n`)].join('\n');
}

const parts = ['Body', 'Query', 'Args', 'Params', 'Reply'] as const;

/** Declares the type of a part of an endpoint; returns its name. */
type Declare = (part: (typeof parts)[number], schema: JsonSchema, view?: View) => string;

function entryOf({ key, summary, delivery, body, query, params, reply }: Endpoint, declare: Declare): string {
  const isEvent = !isAnswered(delivery);
  const replyType = reply === undefined ? 'unknown' : declare('Reply', reply);
  const members = [
    `body: ${body === undefined ? 'null' : declare('Body', body)};`,
    `query: ${query === undefined ? 'null' : declare('Query', query)};`,
    `args: ${query === undefined ? 'null' : declare('Args', query, 'filled')};`,
    `params: ${params === undefined ? 'Record<string, never>' : declare('Params', params, 'filled')};`,
    `reply: ${isEvent ? 'Record<string, never>' : replyType};`,
  ];
  return `${comment(summary)}${keyOf(key)}: {\n${indent(members.join('\n'))}\n};`;
}
