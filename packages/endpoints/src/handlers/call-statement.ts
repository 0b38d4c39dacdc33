import { type CallShape, callPathFault } from '../model/call-path-check.ts';
import type { SqlExpectation } from '../model/use.ts';
import { isSqlMistake, type SqlMistake } from '../sql/sql-mistake.ts';
import { isWriting } from '../sql/sql-outline.ts';
import { parseSqlStatement, type SqlStatement } from '../sql/sql-statement.ts';

export interface CallStatementOptions {
  readonly expect: SqlExpectation;
  /** The endpoint whose calls fill in the parameters; absent if it is unknown. */
  readonly endpoint: CallShape | undefined;
}

/** Parses a statement for the calls of an endpoint; returns its mistakes if it has any. */
export function readCallStatement(
  text: string,
  { expect, endpoint }: CallStatementOptions,
): SqlStatement | readonly SqlMistake[] {
  const statement = parseSqlStatement(text);
  if (isSqlMistake(statement)) return [statement];
  const mistakes = endpoint ? parameterMistakes(statement, endpoint) : [];
  const fault = expectationFault(statement, expect);
  if (fault !== undefined) mistakes.push({ message: fault, place: statement.placeOf(statement.mainStart) });
  return mistakes.length > 0 ? mistakes : statement;
}

/** Parses a query that finds what the calls of an endpoint are about; returns its mistakes if it has any. */
export function readExistsQuery(
  text: string,
  endpoint: CallShape | undefined,
): SqlStatement | readonly SqlMistake[] {
  const statement = parseSqlStatement(text);
  if (isSqlMistake(statement)) return [statement];
  const mistakes = endpoint ? pathMistakes(statement, endpoint) : [];
  if (isWriting(statement)) {
    const message = `\`exists\` is a query, and this is a ${statement.verb}`;
    mistakes.push({ message, place: statement.placeOf(statement.mainStart) });
  }
  return mistakes.length > 0 ? mistakes : statement;
}

function pathMistakes({ parameters }: SqlStatement, endpoint: CallShape): SqlMistake[] {
  return parameters.flatMap(({ path, place }) => {
    const message = callPathFault(path, endpoint);
    return message === undefined ? [] : [{ message, place }];
  });
}

function parameterMistakes(statement: SqlStatement, endpoint: CallShape): SqlMistake[] {
  const { parameters } = statement;
  const mistakes = pathMistakes(statement, endpoint);
  const used = new Set(parameters.map(({ path }) => path.text));
  const unused = endpoint.paramNames.filter((name) => !used.has(`params.${name}`));
  const ignored = unused.map((name) => ({
    message: `the statement does not use \`{${name}}\` of \`${endpoint.key}\`; compare it with \`:params.${name}\``,
    place: 0,
  }));
  return [...mistakes, ...ignored];
}

function expectationFault(statement: SqlStatement, expect: SqlExpectation): string | undefined {
  const { verb, returnsRows } = statement;
  if (expect !== 'affected') {
    if (returnsRows) return undefined;
    return `\`expect: ${expect}\` needs rows, and this ${verb} returns none; add RETURNING, or write \`expect: affected\``;
  }
  if (!isWriting(statement))
    return `\`expect: affected\` needs an INSERT, UPDATE or DELETE, and this is a ${verb}`;
  if (verb === 'MERGE')
    return '`expect: affected` does not count the rows of a MERGE; write INSERT … ON CONFLICT';
  return undefined;
}
