import type { JsonNode } from './json-tree.ts';

/** Writes a value with two spaces per level; every scalar stays as written. */
export function formatJson(node: JsonNode, indent = ''): string {
  const deeper = `${indent}  `;
  switch (node.kind) {
    case 'object': {
      const lines = node.members.map(
        ({ name, value }) => `${deeper}${JSON.stringify(name)}: ${formatJson(value, deeper)}`,
      );
      return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
    }
    case 'array': {
      const lines = node.items.map((item) => `${deeper}${formatJson(item, deeper)}`);
      return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${indent}]`;
    }
    default:
      return node.text;
  }
}

/** A place in a text as editors show it, counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** The line and column of an offset. */
export function placeOf(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
