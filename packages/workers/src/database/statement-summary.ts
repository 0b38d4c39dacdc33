/** What a statement does, and to which tables. */
export interface StatementSummary {
  /** `SELECT` */
  readonly operation: string;
  /** `SELECT orders customers`; with the function if only one is called, `SELECT restmapper_append` */
  readonly summary: string;
}

/** Literals and comments; an unfinished one extends to the end. Quoted names, which may contain quotes of literals. */
const quoted =
  /"[^"]*"|\b[eE]'(?:[^'\\]|\\[^]|'')*(?:'|\\?$)|'(?:[^']|'')*(?:'|$)|\$([A-Za-z_]\w*)?\$[^]*?(?:\$\1\$|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)/g;
const firstWord = /[A-Za-z]+/;
const tables =
  /\b(?:FROM|JOIN|INTO|UPDATE|TABLE(?:\s+IF(?:\s+NOT)?\s+EXISTS)?)\s+((?:"[^"]{1,64}"|[A-Za-z_][\w$]{0,63})(?:\.(?:"[^"]{1,64}"|[A-Za-z_][\w$]{0,63}))?)/gi;
/** A statement that only calls a function. */
const call = /^\s*(?:SELECT|CALL)\s+([A-Za-z_][\w$.]{0,127})\(/i;
/** Keywords that may follow those before a table. */
const notTables = /^(?:select|only|lateral|set|values|unnest)$/i;

const maxReadLength = 4096;
const maxSummaryLength = 255;

/** Applications have few texts, unless they write values into them. */
const maxKnown = 500;
const known = new Map<string, StatementSummary>();

/**
 * Summarizes a statement without any of its values.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query
 */
export function summarize(sql: string): StatementSummary {
  const remembered = known.get(sql);
  if (remembered) return remembered;
  const text = sql.slice(0, maxReadLength).replace(quoted, (part) => (part.startsWith('"') ? part : ' '));
  const operation = (firstWord.exec(text)?.[0] ?? 'SQL').toUpperCase();
  const named = [...text.matchAll(tables)].flatMap(([, name = '']) => (notTables.test(name) ? [] : [name]));
  if (named.length === 0) named.push(...(call.exec(text)?.slice(1) ?? []));
  const summary = [operation, ...new Set(named)].join(' ').slice(0, maxSummaryLength);
  if (sql.length <= maxReadLength) remember(sql, { operation, summary });
  return { operation, summary };
}

function remember(sql: string, summary: StatementSummary): void {
  if (known.size >= maxKnown) known.clear();
  known.set(sql, summary);
}
