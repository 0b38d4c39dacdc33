import type { JsonSchema } from '../model/model.ts';
import type { CompiledDocument } from './compiled-document.ts';
import { guard } from './guard.ts';
import { Location } from './location.ts';
import { Run } from './run.ts';
import { TextSchemas } from './text-schemas.ts';
import type { TextValues } from './text-reader.ts';

/** Validates named values from JSON, with defaults filled in. */
export type ValueReader = (given: Readonly<Record<string, unknown>>) => TextValues;

const maxSteps = 500_000;

/** Creates the reader of values that are described like the texts of a query, and already have their types. */
export function createValueReader(compiled: CompiledDocument, root: JsonSchema): ValueReader {
  const { defaults } = new TextSchemas(compiled.document, root);
  const evaluate = compiled.evaluateOf(root);
  return (given) => {
    // Without a prototype, since callers choose the names.
    const values: Record<string, unknown> = Object.assign(Object.create(null), given);
    for (const [name, value] of defaults) {
      if (!Object.hasOwn(values, name)) values[name] = structuredClone(value);
    }
    const violations = guard(() => {
      const run = new Run({ notes: 'all', maxSteps, remembers: true });
      evaluate(new Location(values), run, undefined);
      return run.violations;
    });
    return { values, violations };
  };
}
