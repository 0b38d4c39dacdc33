import type { JsonSchema } from '../model.ts';
import { checkCircles } from './circle-check.ts';
import { CompiledDocument } from './compiled-document.ts';
import { mayHoldInexactNumbers, parseExactJson } from './exact-json.ts';
import { guard } from './guard.ts';
import { Location } from './location.ts';
import { Run } from './run.ts';
import { createTextReader, type TextReader } from './text-reader.ts';
import type { Violation } from './violation.ts';

/**
 * Says what is wrong with a value: nothing, when it satisfies the schema.
 *
 * @param bytes - the JSON that the value was parsed from, with numbers as they were written.
 */
export type ValidateJson = (value: unknown, bytes: Buffer) => readonly Violation[];

/** Above this, only the first violation is looked for: a body of 1 MiB can violate a schema half a million times. */
const maxBytesForAll = 16 * 1024;

/** Schemas that may be applied to any value, and for each byte of it besides. */
const stepsForAny = 500_000;
const stepsPerByte = 4;

/** Compiles schemas, whether to judge calls or to see that they can. */
export class SchemaCompiler {
  /**
   * For values that came as JSON; changes nothing in them.
   *
   * @throws UnusableSchema where a reference leads nowhere or in a circle; SyntaxError, UnsupportedPattern.
   */
  compileJson(schema: JsonSchema): ValidateJson {
    const compiled = compile(schema);
    const evaluate = compiled.evaluateOf(schema);
    return (value, bytes) => {
      const maxSteps = stepsForAny + stepsPerByte * bytes.length;
      return guard(() => {
        const exact = compiled.judgesNumbers ? withExactNumbers(value, bytes) : value;
        if (evaluate(new Location(exact), new Run({ notes: 'nothing', maxSteps }), undefined)) return none;
        const run = new Run({ notes: bytes.length <= maxBytesForAll ? 'all' : 'first', maxSteps });
        evaluate(new Location(exact), run, undefined);
        return run.violations.length > 0 ? run.violations : unexplained;
      });
    };
  }

  /** For values that came as text: gives them the types their schema names, and fills in defaults. */
  compileText(schema: JsonSchema): TextReader {
    return createTextReader(compile(schema), schema);
  }
}

const none: readonly Violation[] = [];
const unexplained: readonly Violation[] = [{ pointer: '', detail: 'does not match its schema' }];

/** The value again, where its text may have numbers that the parser could not keep. */
function withExactNumbers(value: unknown, bytes: Buffer): unknown {
  return mayHoldInexactNumbers(bytes.toString('latin1')) ? parseExactJson(bytes.toString('utf8')) : value;
}

function compile(schema: JsonSchema): CompiledDocument {
  const compiled = new CompiledDocument(schema);
  checkCircles(compiled.document);
  return compiled;
}
