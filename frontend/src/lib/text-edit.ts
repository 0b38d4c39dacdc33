/** A text area's text with its selection. */
export interface Edited {
  readonly start: number;
  readonly end: number;
  /** What stands between start and end afterwards. */
  readonly text: string;
  /** What is selected afterwards. */
  readonly selection: readonly [number, number];
}

interface Selected {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const indent = '  ';

/** Indents: at the caret, or every line that is selected. */
export function indentEdit({ text, from, to }: Selected): Edited {
  if (from === to) return { start: from, end: to, text: indent, selection: [from + 2, from + 2] };
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  const indented = lines.map((line) => indent + line).join('\n');
  return { start, end: to, text: indented, selection: [from + 2, start + indented.length] };
}

/** Takes one level of indentation away from every line that the selection touches. */
export function outdentEdit({ text, from, to }: Selected): Edited {
  const start = lineStart(text, from);
  const lines = text.slice(start, to).split('\n');
  const outdented = lines.map((line) => line.replace(/^ {1,2}/, ''));
  const removed = (lines[0]?.length ?? 0) - (outdented[0]?.length ?? 0);
  const joined = outdented.join('\n');
  return {
    start,
    end: to,
    text: joined,
    selection: [Math.max(start, from - removed), start + joined.length],
  };
}

/** Begins a line as deep as the one before it, and one level deeper after an opening bracket. */
export function newLineEdit({ text, from, to }: Selected): Edited {
  const line = text.slice(lineStart(text, from), from);
  const depth = /^ */.exec(line)?.[0] ?? '';
  const inserted = `\n${depth}${/[{[]\s*$/.test(line) ? indent : ''}`;
  const caret = from + inserted.length;
  return { start: from, end: to, text: inserted, selection: [caret, caret] };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
