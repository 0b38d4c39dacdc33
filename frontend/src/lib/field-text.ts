import type { FieldKind } from './form-field.ts';
import { type JsonNode, parseJson } from './json-tree.ts';
import { nodeOf } from './json-pointer.ts';

/** The text that an input shows for a value. */
export function textOfNode(kind: FieldKind, node: JsonNode | undefined): string {
  if (node === undefined) return '';
  if (node.kind !== 'string') return sourceOf(node);
  const value = JSON.parse(node.text) as string;
  // Where any JSON is allowed, a string that looks like other JSON keeps its quotes.
  return kind === 'json' && isJson(value) ? node.text : value;
}

/**
 * The value of a field's input; `undefined` for an empty one.
 *
 * A number is kept as typed, digit for digit. Text that is not a number stays a string, so that the
 * validation of the body can say what is wrong with it.
 */
export function nodeOfText(kind: FieldKind, text: string): JsonNode | undefined {
  if (text === '') return undefined;
  if (kind === 'string') return nodeOf(text);
  const node = parsed(text.trim());
  if (kind === 'json') return node ?? nodeOf(text);
  return node?.kind === 'number' ? node : nodeOf(text);
}

function sourceOf(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}: ${sourceOf(value)}`).join(', ')}}`;
    case 'array':
      return `[${node.items.map(sourceOf).join(', ')}]`;
    default:
      return node.text;
  }
}

function isJson(text: string): boolean {
  return parsed(text.trim()) !== undefined;
}

function parsed(text: string): JsonNode | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
