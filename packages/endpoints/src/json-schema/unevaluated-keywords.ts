import type { JsonSchema } from '../model/model.ts';
import { isMap, type Keywords } from './keyword.ts';
import { namesOf, undeclared } from './object-keywords.ts';

/** Assertions about members that no other keyword of the schema has evaluated, so they are applied last. */
export const unevaluatedKeywords: Keywords = {
  unevaluatedProperties(value, { compile }) {
    const evaluate = value === false ? undeclared : compile(value as JsonSchema);
    return (at, run, seen) => {
      const data = at.value;
      if (!isMap(data) || !seen) return true;
      let isValid = true;
      for (const name of namesOf(data, run)) {
        if (seen.names.has(name)) continue;
        seen.names.add(name);
        if (evaluate(at.child(name, data[name], run.memory), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
  },
  unevaluatedItems(value, { compile }) {
    const evaluate = value === false ? undeclared : compile(value as JsonSchema);
    return (at, run, seen) => {
      const data = at.value;
      if (!Array.isArray(data) || !seen) return true;
      run.pass(data.length);
      let isValid = true;
      for (let index = seen.itemCount; index < data.length; index += 1) {
        if (seen.indexes.has(index)) continue;
        if (evaluate(at.child(index, data[index], run.memory), run, undefined)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      seen.itemCount = data.length;
      return isValid;
    };
  },
};
