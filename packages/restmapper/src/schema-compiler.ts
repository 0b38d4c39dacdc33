import type { Violation } from '@restmapper/bus';
import type { JsonSchema } from '@restmapper/endpoints';
import type { Options, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { toViolations } from './violations.ts';

/** Gives what is wrong with a value: nothing, when it satisfies the schema. */
export type Validate<T = unknown> = (value: T) => readonly Violation[];

/** As {@link Validate}, told how many bytes of JSON the value was. */
export type ValidateJson = (value: unknown, bytes: number) => readonly Violation[];

/** Above this, only the first violation is looked for: a body of 1 MiB can violate a schema half a million times. */
const maxBytesForAll = 16 * 1024;

/** Own properties only: a schema that names `constructor` must not see the one every object inherits. */
const options: Options = {
  strict: false,
  ownProperties: true,
  validateSchema: false,
  logger: false,
};

/** Makes validators of the schemas of a model, whose parser has checked that they are schemas. */
export class SchemaCompiler {
  readonly #first = createAjv({});
  readonly #all = createAjv({ allErrors: true });
  readonly #coercing = createAjv({ allErrors: true, coerceTypes: 'array', useDefaults: true });

  /** For values that came as JSON; changes nothing in them. */
  compileJson(schema: JsonSchema): ValidateJson {
    const first = compile(this.#first, schema);
    const all = compile(this.#all, schema);
    return (value, bytes) => {
      const violations = first(value);
      return violations.length > 0 && bytes <= maxBytesForAll ? all(value) : violations;
    };
  }

  /** For values that came as text: replaces them by the types their schema names, and fills in defaults. */
  compileText(schema: JsonSchema): Validate<Record<string, unknown>> {
    return compile(this.#coercing, schema);
  }
}

function createAjv(more: Options): Ajv2020 {
  const ajv = new Ajv2020({ ...options, ...more });
  formats.default(ajv);
  return ajv;
}

/** Compiles a schema and forgets it, since two endpoints may use the same `$id`. */
function compile(ajv: Ajv2020, schema: JsonSchema): Validate {
  const validate = guard(ajv.compile(schema));
  ajv.removeSchema();
  return validate;
}

/** Turns a stack exhausted by a schema that refers to itself into a violation. */
function guard(validate: ValidateFunction): Validate {
  return (value) => {
    try {
      return validate(value) ? [] : toViolations(validate.errors ?? []);
    } catch (error) {
      if (error instanceof RangeError) return [{ pointer: '', detail: 'is nested too deeply' }];
      throw error;
    }
  };
}
