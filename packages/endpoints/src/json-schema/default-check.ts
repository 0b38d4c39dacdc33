import { CompiledDocument } from './compiled-document.ts';
import { guard } from './guard.ts';
import { Location } from './location.ts';
import { Run } from './run.ts';
import type { JsonSchema } from '../model/model.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { subschemasOf } from './subschemas.ts';

const maxSteps = 1_000_000;

/** Reports each `default` that violates its own schema. */
export function checkDefaults(root: JsonSchema, pointer: string, report: Report): void {
  const places = [...subschemasOf(root, pointer)].filter(({ schema }) => Object.hasOwn(schema, 'default'));
  if (places.length === 0) return;
  const compiled = new CompiledDocument(root);
  for (const { schema, pointer } of places) {
    const [violation] = guard(() => {
      const run = new Run({ notes: 'all', maxSteps, remembers: true });
      compiled.evaluateOf(schema)(new Location(schema['default']), run, undefined);
      return run.violations;
    });
    if (!violation) continue;
    const where = violation.pointer === '' ? '' : ` at \`${violation.pointer}\``;
    report.atValue(
      extendPointer(pointer, 'default'),
      `\`default\` violates its own schema${where}: ${violation.detail}`,
    );
  }
}

/** Adds a note for each `default` of a body, since bodies are passed on unchanged. */
export function noteBodyDefaults(body: JsonSchema, pointer: string, report: Report): void {
  for (const sub of subschemasOf(body, pointer)) {
    if (!Object.hasOwn(sub.schema, 'default')) continue;
    report.noteAtKey(
      extendPointer(sub.pointer, 'default'),
      'a `default` in a body is not filled in: workers get what the caller sent',
    );
  }
}
