import { type ProblemCode, requestError, type RequestError } from '@restmapper/core';
import { type CallPath, type CallValues, type Filter, mayBeLeftOut, valueAt } from '@restmapper/endpoints';
import { columnText, isMisfit } from '../../database/column-value.ts';

/** A comparison that the rows of a page pass. */
export interface Condition {
  readonly name: string;
  readonly type: Filter['type'];
  readonly operator: '=' | '>=' | '>' | '<=' | '<';
  /** PostgreSQL casts it to the type. */
  readonly text: string;
}

/**
 * The conditions of a call; `undefined` if no row can pass them.
 *
 * A value that the call does not have matches nothing, unless the file makes it optional: a caller without the claim
 * that a filter needs sees no rows, never all of them.
 * @throws RequestError INVALID_QUERY, INVALID_PARAMS or INVALID_BODY if a value does not fit its column
 */
export function conditionsOf(filters: readonly Filter[], call: CallValues): readonly Condition[] | undefined {
  const conditions: Condition[] = [];
  for (const filter of filters) {
    for (const { operator, value, isOptional } of comparisonsOf(filter)) {
      const text = textOf(filter, value, call);
      if (text === undefined && isOptional) continue;
      if (text === undefined) return undefined;
      conditions.push({ name: filter.name, type: filter.type, operator, text });
    }
  }
  return conditions;
}

interface Comparison {
  readonly operator: Condition['operator'];
  readonly value: CallPath;
  readonly isOptional: boolean;
}

function comparisonsOf(filter: Filter): readonly Comparison[] {
  if (filter.kind === 'is') return [{ operator: '=', ...filter }];
  return filter.bounds.map(({ operator, value }) => ({ operator, value, isOptional: mayBeLeftOut(value) }));
}

/** The text of a value; `undefined` if the call has none, or one of its identity that no row can have. */
function textOf({ type }: Filter, value: CallPath, call: CallValues): string | undefined {
  const json = valueAt(value, call);
  const text = json ? columnText(type, json) : null;
  if (text === null) return undefined;
  if (!isMisfit(text)) return text;
  // The caller cannot change it.
  if (value.part === 'identity') return undefined;
  throw invalid(value, text.text);
}

const codes: Readonly<Record<Exclude<CallPath['part'], 'identity' | 'messageId'>, ProblemCode>> = {
  args: 'INVALID_QUERY',
  headers: 'INVALID_QUERY',
  params: 'INVALID_PARAMS',
  data: 'INVALID_BODY',
};

function invalid({ part, names }: CallPath, detail: string): RequestError {
  const code = part === 'identity' || part === 'messageId' ? 'INVALID_QUERY' : codes[part];
  const pointer = names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  return requestError(code, { detail: `${names.join('.')} ${detail}`, violations: [{ pointer, detail }] });
}
