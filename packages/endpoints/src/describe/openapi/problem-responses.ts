import { problemCodes, type ProblemCode } from '@restmapper/core';
import type { DeliverySpec } from '../../deliveries/delivery-spec.ts';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint, Model } from '../../model/model.ts';
import { type ProblemCondition, problemConditions } from './problem-conditions.ts';
import { commonCodes } from './problem-schemas.ts';

/** Not worth a response of their own at each operation: they say nothing about it. */
const unlistedCodes: ReadonlySet<ProblemCode> = new Set([
  'REQUEST_TIMEOUT',
  'HEADERS_TOO_LARGE',
  'FORBIDDEN_ORIGIN',
  'FOREIGN_HOST',
]);

interface ResponseParts {
  readonly description: string;
  readonly spec: DeliverySpec;
  /** Whether the answer says when to retry. */
  readonly canRetry: boolean;
}

/**
 * Collects the error responses of operations as components, so that those with the same codes share one.
 *
 * A component is named after what its codes depend on: `RpcProblem422Params` has the codes of a 422 that any
 * rpc endpoint has, and of one with path parameters.
 */
export class ProblemShelf {
  readonly #model: Model;
  readonly #responses = new Map<string, JsonObject>();

  constructor(model: Model) {
    this.#model = model;
  }

  /** The content of `components.responses`. */
  get responses(): JsonObject {
    return Object.fromEntries(this.#responses);
  }

  /** References to the error responses of an endpoint, by status, and `default` for all others. */
  refsFor(endpoint: Endpoint): JsonObject {
    const spec = deliveries[endpoint.delivery.kind];
    const listed = [...commonCodes, ...spec.problems.codes].filter((code) => !unlistedCodes.has(code));
    const held = listed.filter((code) => problemConditions[code]?.holds(endpoint, this.#model) ?? true);
    const statuses = new Set(held.map((code) => problemCodes[code].status));
    const refs = [...statuses].map((status) => {
      const codes = held.filter((code) => problemCodes[code].status === status);
      const name = `${spec.problems.name}${status}${namesOf(codes).join('')}`;
      this.#place(name, { description: listOf(codes), spec, canRetry: status === 429 || status === 503 });
      return [status, refTo(name)] as const;
    });
    this.#place(spec.problems.name, { description: otherProblems(spec), spec, canRetry: true });
    return { ...Object.fromEntries(refs), default: refTo(spec.problems.name) };
  }

  #place(name: string, { description, spec, canRetry }: ResponseParts): void {
    const schema = { $ref: `#/components/schemas/${spec.problems.name}` };
    this.#responses.set(name, {
      description,
      headers: {
        'x-request-id': { $ref: '#/components/headers/RequestId' },
        ...(canRetry && { 'retry-after': { $ref: '#/components/headers/RetryAfter' } }),
      },
      content: { 'application/problem+json': { schema } },
    });
  }
}

/** The names of the conditions of codes, each once. */
function namesOf(codes: readonly ProblemCode[]): readonly string[] {
  const conditions = codes.map((code) => problemConditions[code]);
  const names = conditions.filter((condition): condition is ProblemCondition => condition !== undefined);
  return [...new Set(names.map(({ name }) => name))].sort();
}

/** A list in Markdown. */
function listOf(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `- \`${code}\`: ${problemCodes[code].when}`).join('\n');
}

function otherProblems({ problems: { others } }: DeliverySpec): string {
  const lines = [...unlistedCodes].map((code) => {
    const { status, when } = problemCodes[code];
    return `- ${status} \`${code}\`: ${when}`;
  });
  return [others, '', ...lines].join('\n');
}

function refTo(name: string): JsonObject {
  return { $ref: `#/components/responses/${name}` };
}
