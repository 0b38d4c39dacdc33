/** Lines shown above the one at fault. */
const linesAbove = 2;
/** Longer lines are truncated around the column. */
const maxWidth = 100;

/**
 * Renders the line at fault below the two before it, with a caret under the column.
 *
 * ```
 *   3 |   POST /messages/:
 *   4 |     fanuot: true
 *     |     ^
 * ```
 * @param place - 1-based.
 */
export function codeFrame(lines: readonly string[], place: { line: number; column: number }): string {
  const first = Math.max(1, place.line - linesAbove);
  const width = String(place.line).length;
  const from = Math.max(0, place.column - maxWidth + 20);
  const shown = lines.slice(first - 1, place.line).map((line) => line.slice(from, from + maxWidth));
  const numbered = shown.map((line, index) =>
    `  ${String(first + index).padStart(width)} | ${line}`.trimEnd(),
  );
  const indent = (shown.at(-1) ?? '').slice(0, place.column - 1 - from).replaceAll(/[^\t]/g, ' ');
  return [...numbered, `  ${' '.repeat(width)} | ${indent}^`].join('\n');
}
