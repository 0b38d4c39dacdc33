import { compilePattern } from '../pattern/linear-pattern.ts';
import type { JsonSchema } from '../model/model.ts';
import { Location } from './location.ts';
import { isMap, type JsonMap, type Keyword, type KeywordContext, type Keywords } from './keyword.ts';
import type { Evaluate, Run } from './run.ts';

/** Assertions about objects: names, values and number of own members. */
export const objectKeywords: Keywords = {
  minProperties: size((count, least) => count >= least, 'fewer'),
  maxProperties: size((count, most) => count <= most, 'more'),
  required(value) {
    const names = [value].flat().map(String);
    return (at, run) => {
      const { value } = at;
      if (!isMap(value)) return true;
      let isValid = true;
      for (const name of names) {
        if (Object.hasOwn(value, name)) continue;
        isValid = run.fail(new Location(undefined, at, name), 'is required');
        if (run.isDecided) return false;
      }
      return isValid;
    };
  },
  dependentRequired(value) {
    const dependents = Object.entries(value as Readonly<Record<string, readonly string[]>>);
    return (at, run) => {
      const data = at.value;
      if (!isMap(data)) return true;
      const missing = dependents
        .filter(([name]) => Object.hasOwn(data, name))
        .flatMap(([name, needed]) =>
          needed.filter((other) => !Object.hasOwn(data, other)).map((other) => [name, other]),
        );
      for (const [name, other = ''] of missing) {
        run.fail(new Location(undefined, at, other), `is required, because ${name} is there`);
      }
      return missing.length === 0;
    };
  },
  propertyNames(value, { compile }) {
    const evaluate = compile(value as JsonSchema);
    return (at, run) => {
      if (!isMap(at.value)) return true;
      let isValid = true;
      for (const name of namesOf(at.value, run)) {
        if (evaluate(new Location(name, at, name), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
  },
  properties(value, context) {
    const entries = compileMap(value, context);
    return (at, run, seen) => {
      const { value } = at;
      if (!isMap(value)) return true;
      let isValid = true;
      for (const [name, evaluate] of entries) {
        if (!Object.hasOwn(value, name)) continue;
        seen?.names.add(name);
        if (evaluate(at.child(name, value[name], run.memory), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
  },
  patternProperties(value, context) {
    const entries = compileMap(value, context).map(
      ([name, evaluate]) => [compilePattern(name), evaluate] as const,
    );
    return members((name) =>
      entries.filter(([pattern]) => pattern.test(name)).map(([, evaluate]) => evaluate),
    );
  },
  additionalProperties(value, context) {
    const { schema } = context;
    const declared = new Set(Object.keys(schema['properties'] ?? {}));
    const patterns = Object.keys(schema['patternProperties'] ?? {}).map(compilePattern);
    const evaluate = value === false ? undeclared : context.compile(value as JsonSchema);
    const isDeclared = (name: string): boolean =>
      declared.has(name) || patterns.some((pattern) => pattern.test(name));
    const found = [evaluate];
    const none: readonly Evaluate[] = [];
    return members((name) => (isDeclared(name) ? none : found));
  },
};

/** Reports undeclared members. */
export const undeclared: Evaluate = (at, run) => run.fail(at, 'is not declared');

/** The names of all members, counted. */
export function namesOf(object: JsonMap, run: Run): readonly string[] {
  const names = Object.keys(object);
  run.pass(names.length);
  return names;
}

/** Applies the schemas for its name to each member. */
export function members(schemasFor: (name: string) => readonly Evaluate[]): Evaluate {
  return (at, run, seen) => {
    const { value } = at;
    if (!isMap(value)) return true;
    let isValid = true;
    for (const name of namesOf(value, run)) {
      for (const evaluate of schemasFor(name)) {
        seen?.names.add(name);
        if (evaluate(at.child(name, value[name], run.memory), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
    }
    return isValid;
  };
}

function compileMap(value: unknown, { compile }: KeywordContext): readonly (readonly [string, Evaluate])[] {
  return Object.entries(value as Readonly<Record<string, JsonSchema>>).map(([name, schema]) => [
    name,
    compile(schema),
  ]);
}

function size(holds: (count: number, bound: number) => boolean, word: string): Keyword {
  return (value) => {
    const bound = Number(value);
    return (at, run) =>
      !isMap(at.value) ||
      holds(namesOf(at.value, run).length, bound) ||
      run.fail(at, `must NOT have ${word} than ${bound} properties`);
  };
}
