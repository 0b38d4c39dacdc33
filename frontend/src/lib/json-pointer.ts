import { type JsonNode, type JsonObject, parseJson } from './json-tree.ts';

/** One step of a pointer. @see RFC 6901 */
export function pointerStep(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names and indexes of a pointer. */
export function pointerSteps(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The value that a pointer points at, if it is there. */
export function nodeAt(root: JsonNode | undefined, pointer: string): JsonNode | undefined {
  return pointerSteps(pointer).reduce(childOf, root);
}

/**
 * A copy of the value with another one set at a pointer, or removed if that is `undefined`.
 *
 * Missing parents become objects; an index past the end appends.
 */
export function withNodeAt(
  root: JsonNode | undefined,
  pointer: string,
  node: JsonNode | undefined,
): JsonNode | undefined {
  return replaceAt(root, pointerSteps(pointer), node);
}

function replaceAt(
  parent: JsonNode | undefined,
  [step, ...rest]: readonly string[],
  node: JsonNode | undefined,
): JsonNode | undefined {
  if (step === undefined) return node;
  const child = replaceAt(childOf(parent, step), rest, node);
  if (parent?.kind !== 'array') return withMember(asObject(parent), step, child);
  const items = [...parent.items];
  items.splice(Math.min(Number(step), items.length), 1, ...(child === undefined ? [] : [child]));
  return { ...parent, items };
}

function withMember(object: JsonObject, name: string, value: JsonNode | undefined): JsonObject {
  const { members } = object;
  if (value === undefined) return { ...object, members: members.filter((member) => member.name !== name) };
  const isNew = members.every((member) => member.name !== name);
  if (isNew) return { ...object, members: [...members, { name, value }] };
  return {
    ...object,
    members: members.map((member) => (member.name === name ? { name, value } : member)),
  };
}

function asObject(node: JsonNode | undefined): JsonObject {
  return node?.kind === 'object' ? node : { kind: 'object', members: [], start: 0, end: 0 };
}

function childOf(node: JsonNode | undefined, step: string): JsonNode | undefined {
  if (node?.kind === 'array') return node.items[Number(step)];
  // As everywhere in the system, the last of duplicate members wins.
  if (node?.kind === 'object') return node.members.findLast(({ name }) => name === step)?.value;
  return undefined;
}

/** A node for a value that JavaScript represents exactly, such as a string. */
export function nodeOf(value: unknown): JsonNode {
  return parseJson(JSON.stringify(value) ?? 'null');
}
