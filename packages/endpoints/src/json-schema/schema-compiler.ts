import type { JsonSchema } from '../model/model.ts';
import { createFillDefaults, type FillDefaults } from './body-defaults.ts';
import { checkCircles } from './circle-check.ts';
import { CompiledDocument } from './compiled-document.ts';
import { mayHoldInexactNumbers, parseExactJson } from '../numbers/exact-json.ts';
import { guard } from './guard.ts';
import { Location } from './location.ts';
import { Run, TooMuchWork } from './run.ts';
import { createTextReader, type TextReader } from './text-reader.ts';
import { createValueReader, type ValueReader } from './value-reader.ts';
import type { Violation } from '@restmapper/core';

/**
 * Returns the violations of a value; empty if it satisfies the schema.
 *
 * @param bytes - the JSON that the value was parsed from, with numbers as written.
 */
export type ValidateJson = (value: unknown, bytes: Buffer) => readonly Violation[];

/**
 * Above this size, only the first violation is reported: a body of 1 MiB can violate a schema half a million
 * times.
 */
const maxBytesForAll = 16 * 1024;

/** The allowed number of steps per value, and in addition per byte. */
const stepsForAny = 1_000_000;
const stepsPerByte = 2;
/** Steps before results are cached, which takes memory and seldom helps. */
const stepsWithoutMemory = 10_000;

/** Compiles schemas, for the gateway as for `check`. */
export class SchemaCompiler {
  /**
   * For values from JSON, which it does not modify.
   *
   * @throws UnusableSchema for broken or circular references; SyntaxError, UnsupportedPattern.
   */
  compileJson(schema: JsonSchema): ValidateJson {
    const compiled = compile(schema);
    return (value, bytes) =>
      guard(() => {
        const exact = compiled.judgesNumbers ? withExactNumbers(value, bytes) : value;
        const { isValid, remembers } = isSatisfied(compiled, exact, bytes.length);
        return isValid ? none : explain(compiled, exact, { bytes: bytes.length, remembers });
      });
  }

  /**
   * For JSON of which defaults are filled in; `undefined` if the schema has none that are.
   *
   * @throws UnusableSchema, SyntaxError, UnsupportedPattern, EndlessDefault.
   */
  compileDefaults(schema: JsonSchema): FillDefaults | undefined {
    return createFillDefaults(compile(schema).document);
  }

  /** For values from text: coerces them to the types in their schema, and fills in defaults. */
  compileText(schema: JsonSchema): TextReader {
    return createTextReader(compile(schema), schema);
  }

  /** For named values that already have their types: fills in defaults. */
  compileValues(schema: JsonSchema): ValueReader {
    return createValueReader(compile(schema), schema);
  }
}

/** Validates without caching results, and if that takes too many steps, once more with caching. */
function isSatisfied(compiled: CompiledDocument, value: unknown, bytes: number) {
  const judge = (remembers: boolean, steps: number) => {
    const run = new Run({ notes: 'nothing', maxSteps: steps + stepsPerByte * bytes, remembers });
    const isValid = compiled.evaluateOf(compiled.document.root)(new Location(value), run, undefined);
    return { isValid, remembers };
  };
  if (!compiled.hasReferences) return judge(false, stepsForAny);
  try {
    return judge(false, stepsWithoutMemory);
  } catch (error) {
    if (!(error instanceof TooMuchWork)) throw error;
    return judge(true, stepsForAny);
  }
}

interface ExplainOptions {
  readonly bytes: number;
  readonly remembers: boolean;
}

/** The violations of an invalid value. */
function explain(
  compiled: CompiledDocument,
  value: unknown,
  { bytes, remembers }: ExplainOptions,
): readonly Violation[] {
  const maxSteps = stepsForAny + stepsPerByte * bytes;
  // Finding all violations may take paths that the first result did not need.
  const run =
    bytes <= maxBytesForAll
      ? new Run({ notes: 'all', maxSteps, remembers: compiled.hasReferences })
      : new Run({ notes: 'first', maxSteps, remembers });
  compiled.evaluateOf(compiled.document.root)(new Location(value), run, undefined);
  return run.violations.length > 0 ? run.violations : unexplained;
}

const none: readonly Violation[] = [];
const unexplained: readonly Violation[] = [{ pointer: '', detail: 'does not match its schema' }];

/** Parses the value again if its text may have numbers that a double cannot represent. */
function withExactNumbers(value: unknown, bytes: Buffer): unknown {
  return mayHoldInexactNumbers(bytes.toString('latin1')) ? parseExactJson(bytes.toString('utf8')) : value;
}

function compile(schema: JsonSchema): CompiledDocument {
  const compiled = new CompiledDocument(schema);
  checkCircles(compiled.document);
  return compiled;
}
