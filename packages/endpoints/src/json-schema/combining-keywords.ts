import type { JsonSchema } from '../model/model.ts';
import { isMap, type Keyword, type Keywords } from './keyword.ts';
import { type Location, Seen } from './location.ts';
import type { Evaluate, Run } from './run.ts';

/** Keywords that combine the results of several schemas for the same value. */
export const combiningKeywords: Keywords = {
  allOf(value, { compile }) {
    const schemas = (value as readonly JsonSchema[]).map(compile);
    return (at, run, seen) => {
      let isValid = true;
      for (const evaluate of schemas) {
        if (applyHere(evaluate, [at, run, seen])) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
  },
  anyOf: choice((count) => count > 0, 'must match a schema in anyOf'),
  oneOf: choice((count) => count === 1, 'must match exactly one schema in oneOf'),
  not(value, { compile }) {
    const evaluate = compile(value as JsonSchema);
    return (at, run, seen) =>
      !run.quietly(() => evaluate(at, run, seen && new Seen())) || run.fail(at, 'must NOT be valid');
  },
  // Applies `then` and `else` as well.
  if(value, { schema, compile }) {
    const condition = compile(value as JsonSchema);
    const onTrue = compile((schema['then'] ?? true) as JsonSchema);
    const onFalse = compile((schema['else'] ?? true) as JsonSchema);
    return (at, run, seen) => {
      const holds = run.quietly(() => applyHere(condition, [at, run, seen]));
      return applyHere(holds ? onTrue : onFalse, [at, run, seen]);
    };
  },
  dependentSchemas(value, { compile }) {
    const entries = Object.entries(value as Readonly<Record<string, JsonSchema>>).map(
      ([name, schema]) => [name, compile(schema)] as const,
    );
    return (at, run, seen) => {
      let isValid = true;
      for (const [name, evaluate] of entries) {
        if (!isMap(at.value) || !Object.hasOwn(at.value, name)) continue;
        if (applyHere(evaluate, [at, run, seen])) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
  },
};

/** Applies another schema; its evaluated members count only if it is satisfied. */
export function applyHere(
  evaluate: Evaluate,
  [at, run, seen]: readonly [Location, Run, Seen | undefined],
): boolean {
  if (!seen) return evaluate(at, run, undefined);
  const inner = new Seen();
  if (!evaluate(at, run, inner)) return false;
  seen.add(inner);
  return true;
}

/** Applies each schema; if enough of them are satisfied, the violations of the others are dropped. */
function choice(holds: (satisfied: number) => boolean, detail: string): Keyword {
  return (value, { compile }) => {
    const schemas = (value as readonly JsonSchema[]).map(compile);
    return (at, run, seen) => {
      const before = run.violations.length;
      let satisfied = 0;
      for (const evaluate of schemas) {
        if (applyHere(evaluate, [at, run, seen])) satisfied += 1;
        // The others still add evaluated members, and show whether too many match.
        if (satisfied > 0 && !seen && holds(satisfied) && holds(satisfied + 1)) break;
      }
      if (satisfied > 0) run.forgetAfter(before);
      return holds(satisfied) || run.fail(at, detail);
    };
  };
}
