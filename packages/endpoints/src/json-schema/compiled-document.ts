import type { JsonSchema } from '../model/model.ts';
import { subschemasOf } from './subschemas.ts';
import { arrayKeywords } from './array-keywords.ts';
import { combiningKeywords } from './combining-keywords.ts';
import { SchemaDocument, type Target } from './document.ts';
import type { Keyword, KeywordContext, SchemaObject } from './keyword.ts';
import { Seen } from './location.ts';
import { numberKeywords } from './number-keywords.ts';
import { objectKeywords } from './object-keywords.ts';
import { applyReference } from './reference.ts';
import type { Evaluate, Run } from './run.ts';
import { withoutShared } from './shared-definition.ts';
import { textKeywords } from './text-keywords.ts';
import { unevaluatedKeywords } from './unevaluated-keywords.ts';
import { describeUnknownTarget, referenceKeywords } from './unknown-target.ts';
import { UnusableSchema } from './unusable-schema.ts';
import { valueKeywords } from './value-keywords.ts';

/** In order of evaluation: cheap ones first, dependent ones last. */
const keywords: ReadonlyMap<string, Keyword> = new Map(
  Object.entries({
    ...valueKeywords,
    ...numberKeywords,
    ...textKeywords,
    ...arrayKeywords,
    ...objectKeywords,
    ...combiningKeywords,
  }),
);

/** A compiled schema and its subschemas, each compiled on first use. */
export class CompiledDocument {
  readonly document: SchemaDocument;
  /** Whether any schema depends on the exact values of numbers. */
  readonly judgesNumbers: boolean;
  readonly #compiled = new Map<SchemaObject, Evaluate>();
  /** Whether schemas refer to each other, so that a value may reach the same one on several paths. */
  readonly hasReferences: boolean;
  readonly #isDynamic: boolean;

  /** @throws UnusableSchema for a broken reference; SyntaxError, UnsupportedPattern for a pattern. */
  constructor(root: JsonSchema) {
    this.document = new SchemaDocument(root);
    const schemas = [...subschemasOf(root, '')].map(({ schema }) => schema);
    const isDynamic = ({ $ref, $dynamicRef }: SchemaObject): boolean =>
      // Only absolute references point to the meta-schemas, which refer to each other dynamically.
      $dynamicRef !== undefined || (typeof $ref === 'string' && !$ref.startsWith('#'));
    this.#isDynamic = schemas.some(isDynamic);
    this.hasReferences = this.#isDynamic || schemas.some(({ $ref }) => $ref !== undefined);
    this.judgesNumbers = this.#isDynamic || schemas.some(judgesNumbers);
    // Shared schemas are checked as a whole, and compiled where they are used.
    this.evaluateOf(root);
    for (const { schema, pointer } of subschemasOf(withoutShared(root), '')) {
      if (pointer !== '') this.evaluateOf(schema);
    }
  }

  /** The compiled evaluation of a schema of this document. */
  readonly evaluateOf = (schema: JsonSchema): Evaluate => {
    if (typeof schema === 'boolean') return schema ? () => true : refuse;
    const known = this.#compiled.get(schema);
    if (known) return known;
    let evaluate: Evaluate | undefined;
    // A schema that refers to itself is used before it is compiled.
    this.#compiled.set(schema, (at, run, seen) => evaluate?.(at, run, seen) ?? true);
    evaluate = this.#compile(schema);
    this.#compiled.set(schema, evaluate);
    return evaluate;
  };

  #compile(schema: SchemaObject): Evaluate {
    const context = { schema, compile: this.evaluateOf };
    const parts = [...keywords].flatMap(([name, keyword]) => compileKeyword(name, keyword, context));
    parts.push(...(this.hasReferences ? this.#referencesOf(schema) : []));
    const last = Object.entries(unevaluatedKeywords);
    parts.push(...last.flatMap(([name, keyword]) => compileKeyword(name, keyword, context)));
    const needsSeen = last.some(([name]) => Object.hasOwn(schema, name));
    const judge: Evaluate = (at, run, seen) => {
      run.step();
      const own = seen ?? (needsSeen ? new Seen() : undefined);
      let isValid = true;
      for (const part of parts) {
        if (part(at, run, own)) continue;
        if (run.isDecided) return false;
        isValid = false;
      }
      return isValid;
    };
    return this.#isDynamic ? this.#entering(schema, judge) : judge;
  }

  #referencesOf(schema: SchemaObject): readonly Evaluate[] {
    return referenceKeywords.flatMap((keyword) => {
      const ref = schema[keyword];
      if (typeof ref !== 'string') return [];
      const target = this.document.resolve(ref, schema);
      if (!target)
        throw new UnusableSchema(schema, keyword, describeUnknownTarget(keyword, ref, this.document.root));
      const anchor = keyword === '$dynamicRef' ? target.dynamicAnchor : undefined;
      const name = `${keyword} ${this.document.idOf(target.schema)}`;
      const find = anchor === undefined ? this.#fixed(target) : this.#dynamic(anchor, target);
      return [applyReference(find, { name, isDynamic: this.#isDynamic })];
    });
  }

  #fixed({ schema }: Target): (run: Run) => Evaluate {
    const evaluate: Evaluate = (at, run, seen) => this.evaluateOf(schema)(at, run, seen);
    return () => evaluate;
  }

  /** The outermost entered resource with such an anchor wins. */
  #dynamic(anchor: string, { schema }: Target): (run: Run) => Evaluate {
    return ({ scope }) => {
      for (const id of scope) {
        const found = this.document.resourceById(id)?.dynamicAnchors.get(anchor);
        if (found) return this.evaluateOf(found);
      }
      return this.evaluateOf(schema);
    };
  }

  #entering(schema: SchemaObject, evaluate: Evaluate): Evaluate {
    const id = this.document.resourceId(schema);
    return (at, run, seen) => {
      if (run.scope.at(-1) === id) return evaluate(at, run, seen);
      run.scope.push(id);
      try {
        return evaluate(at, run, seen);
      } finally {
        run.scope.pop();
      }
    };
  }
}

const numberJudges = [...Object.keys(numberKeywords), 'enum', 'const', 'uniqueItems'];

function judgesNumbers(schema: SchemaObject): boolean {
  const names = [schema['type'], schema['format']].flat();
  if (names.some((name) => ['integer', 'int32', 'int64'].includes(String(name)))) return true;
  return numberJudges.some((keyword) => Object.hasOwn(schema, keyword));
}

const refuse: Evaluate = (at, run) => run.fail(at, 'boolean schema is false');

function compileKeyword(name: string, keyword: Keyword, context: KeywordContext): readonly Evaluate[] {
  if (!Object.hasOwn(context.schema, name)) return [];
  const evaluate = keyword(context.schema[name], context);
  return evaluate ? [evaluate] : [];
}
