import type { JsonSchema } from '../model/model.ts';
import type { Keyword, Keywords } from './keyword.ts';
import type { Run } from './run.ts';

/** Assertions about arrays: their items, and the number of items. */
export const arrayKeywords: Keywords = {
  minItems: size((count, least) => count >= least, 'fewer'),
  maxItems: size((count, most) => count <= most, 'more'),
  uniqueItems(value) {
    if (value !== true) return undefined;
    return (at, run) => {
      if (!Array.isArray(at.value)) return true;
      run.pass(at.value.length);
      const [first, second] = findEqual(at.value, run) ?? [];
      if (second === undefined) return true;
      return run.fail(at, `must NOT have duplicate items (items ${first} and ${second} are identical)`);
    };
  },
  prefixItems(value, { compile }) {
    // The meta-schema requires an array of schemas.
    const schemas = (value as readonly JsonSchema[]).map(compile);
    return (at, run, seen) => {
      if (!Array.isArray(at.value)) return true;
      let isValid = true;
      const count = Math.min(schemas.length, at.value.length);
      for (let index = 0; index < count; index += 1) {
        if (schemas[index]?.(at.child(index, at.value[index], run.memory), run, undefined) !== false)
          continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      if (seen) seen.itemCount = Math.max(seen.itemCount, count);
      return isValid;
    };
  },
  items(value, { schema, compile }) {
    const evaluate = compile(value as JsonSchema);
    const first = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].length : 0;
    return (at, run, seen) => {
      if (!Array.isArray(at.value)) return true;
      run.pass(at.value.length);
      let isValid = true;
      for (let index = first; index < at.value.length; index += 1) {
        if (evaluate(at.child(index, at.value[index], run.memory), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      if (seen) seen.itemCount = at.value.length;
      return isValid;
    };
  },
  contains,
};

function contains(...[value, { schema, compile }]: Parameters<Keyword>): ReturnType<Keyword> {
  const evaluate = compile(value as JsonSchema);
  const least = Number(schema['minContains'] ?? 1);
  const most = Number(schema['maxContains'] ?? Number.POSITIVE_INFINITY);
  const range = Number.isFinite(most) ? ` and no more than ${most}` : '';
  return (at, run, seen) => {
    if (!Array.isArray(at.value)) return true;
    run.pass(at.value.length);
    let found = 0;
    for (const [index, item] of at.value.entries()) {
      if (!run.quietly(() => evaluate(at.child(index, item, run.memory), run, undefined))) continue;
      found += 1;
      seen?.indexes.add(index);
      if (!seen && found >= least && !Number.isFinite(most)) return true;
    }
    if (found >= least && found <= most) return true;
    return run.fail(at, `must contain at least ${least}${range} valid item(s)`);
  };
}

function size(holds: (count: number, bound: number) => boolean, word: string): Keyword {
  return (value) => {
    const bound = Number(value);
    return (at, run) =>
      !Array.isArray(at.value) ||
      holds(at.value.length, bound) ||
      run.fail(at, `must NOT have ${word} than ${bound} items`);
  };
}

/** The indexes of two equal items, found in one pass. */
function findEqual(items: readonly unknown[], run: Run): readonly [number, number] | undefined {
  const scalars = new Map<unknown, number>();
  const others = new Map<string, number>();
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const isScalar = typeof item !== 'object' || item === null;
    const key = isScalar ? item : run.canonical(item);
    const indexes: Map<unknown, number> = isScalar ? scalars : others;
    const earlier = indexes.get(key);
    if (earlier !== undefined) return [earlier, index];
    indexes.set(key, index);
  }
  return undefined;
}
