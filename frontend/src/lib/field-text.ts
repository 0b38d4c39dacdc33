import type { FieldKind } from './form-field.ts';
import { type JsonNode, parseJson } from './json-tree.ts';
import { nodeOf } from './json-pointer.ts';

/** What the input of a field shows for a value. */
export function textOfNode(kind: FieldKind, node: JsonNode | undefined): string {
  if (node === undefined) return '';
  if (node.kind !== 'string') return sourceOf(node);
  const value = JSON.parse(node.text) as string;
  // A string that could be taken for other JSON keeps its quotes where any JSON may stand.
  return kind === 'json' && isJson(value) ? node.text : value;
}

/**
 * The value that a field's input stands for; `undefined` when nothing is put in.
 *
 * A number is taken as it is typed, digit for digit. A text that is no number stays a string, so that the
 * check of the body can say what is wrong with it.
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
