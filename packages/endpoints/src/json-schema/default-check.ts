import { CompiledDocument } from './compiled-document.ts';
import { createFillDefaults, EndlessDefault } from './body-defaults.ts';
import { planDefaults } from './default-plan.ts';
import { SchemaDocument } from './document.ts';
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

/** Reports defaults of a body, a query, parameters or headers that cannot be filled in, and adds a note for each that never is. */
export function checkFilledDefaults(root: JsonSchema, pointer: string, report: Report): void {
  const document = new SchemaDocument(root);
  const { filled, clashes } = planDefaults(document);
  for (const { schema, pointer: place } of subschemasOf(root, pointer)) {
    if (!Object.hasOwn(schema, 'default')) continue;
    const key = extendPointer(place, 'default');
    if (clashes.includes(schema))
      report.atKey(key, 'this value has another `default` elsewhere; keep one of them');
    else if (!filled.has(schema)) report.noteAtKey(key, unfilled);
  }
  try {
    createFillDefaults(document);
  } catch (error) {
    if (!(error instanceof EndlessDefault)) throw error;
    report.atKey(pointer, `the \`default\` of \`${error.member}\` never ends: filled in, it contains itself`);
  }
}

const unfilled =
  'this `default` is not filled in: only those of properties are, outside conditions such as `anyOf` or `if`';
