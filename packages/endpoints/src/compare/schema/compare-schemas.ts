import { canonical } from '../../json-schema/canonical.ts';
import type { JsonObject } from '../../model/json.ts';
import { type Alternative, type AlternativesOptions, compareAlternatives } from './alternatives.ts';
import { compareBounds } from './bound-rules.ts';
import { type Direction, type Finding, narrowed, widened } from './finding.ts';
import { mergeSchemas } from './merge-schemas.ts';
import { compareArrays, compareObjects } from './object-rules.ts';
import {
  compareAssertions,
  compareDefaults,
  compareEnums,
  compareTypes,
  doubtReplaced,
  type Pair,
} from './scalar-rules.ts';
import type { SchemaSource } from './schema-source.ts';

export interface ComparisonOptions {
  readonly before: SchemaSource;
  readonly after: SchemaSource;
  readonly direction: Direction;
  /** Whether the values are texts, as in a query. @default false */
  readonly isText?: boolean;
}

/** Compares schemas of two documents in one direction. */
export class SchemaComparison {
  readonly #options: Required<ComparisonOptions>;
  /** Also ends the recursion of schemas that refer to themselves: these are equal if all their parts are. */
  readonly #known = new Map<string, readonly Finding[]>();

  constructor({ isText = false, ...options }: ComparisonOptions) {
    this.#options = { isText, ...options };
  }

  /** Lists how two schemas differ; an absent one accepts everything. */
  compare(before: unknown, after: unknown): readonly Finding[] {
    const key = `${canonical(before)} ${canonical(after)}`;
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, []);
    const findings = this.#compare(before, after);
    this.#known.set(key, findings);
    return findings;
  }

  #compare(before: unknown, after: unknown): readonly Finding[] {
    const { direction, ...sources } = this.#options;
    if (sources.before.textOf(before ?? true) === sources.after.textOf(after ?? true)) return [];
    const [old, now] = [sources.before.view(before), sources.after.view(after)];
    if (old === false && now === false) return [];
    if (old === false) return [widened(direction, 'can be there now')];
    if (now === false) return [narrowed(direction, 'can no longer be there')];
    const [choice, other] = [choiceOf(old), choiceOf(now)];
    const isChoice =
      (choice ?? other) && (choice ?? !hasAlternatives(old)) && (other ?? !hasAlternatives(now));
    if (isChoice) {
      const [olds, news] = [{ schemas: choice ?? [before] }, { schemas: other ?? [after] }];
      return this.#compareChoices(olds, news, exclusiveOf(old, now));
    }
    return [...this.#compareViews(old, now), ...this.#compareAlternatives(old, now)];
  }

  #compareViews(before: JsonObject, after: JsonObject): readonly Finding[] {
    const { direction, isText, ...sources } = this.#options;
    const pair: Pair = { before, after, direction, isText };
    const compare = this.compare.bind(this);
    return [
      ...compareTypes(pair),
      ...compareEnums(pair),
      ...doubtReplaced(pair, [
        ...compareBounds(pair),
        ...compareAssertions(pair, (side, value) => sources[side].textOf(value)),
      ]),
      ...compareObjects(pair, compare),
      ...compareArrays(pair, compare),
      ...compareDefaults(pair),
    ];
  }

  #compareAlternatives(before: JsonObject, after: JsonObject): readonly Finding[] {
    const { direction } = this.#options;
    return choices.flatMap((keyword) => {
      const [old, now] = [before[keyword], after[keyword]];
      if (old === undefined && now === undefined) return [];
      if (old === undefined) return [narrowed(direction, `has the new restriction ${keyword}`)];
      if (now === undefined) return [widened(direction, `no longer has the restriction ${keyword}`)];
      const [olds, news] = [before, after].map(({ [keyword]: schemas, type }) => ({
        schemas: listOf(schemas),
        type,
      }));
      return olds && news ? this.#compareChoices(olds, news, keyword === 'oneOf' ? 'both' : 'none') : [];
    });
  }

  #compareChoices(
    before: Choice,
    after: Choice,
    exclusive: AlternativesOptions['exclusive'],
  ): readonly Finding[] {
    const { direction, ...sources } = this.#options;
    return compareAlternatives(alternativesOf(before, sources.before), alternativesOf(after, sources.after), {
      direction,
      exclusive,
      compare: this.compare.bind(this),
    });
  }
}

/** The schemas of an `anyOf` or `oneOf`, and the type that stands beside it. */
interface Choice {
  readonly schemas: readonly unknown[];
  readonly type?: unknown;
}

function alternativesOf({ schemas, type }: Choice, source: SchemaSource): readonly Alternative[] {
  return schemas.map((schema) => {
    const view = source.view(schema);
    const typed = view === false || type === undefined ? view : mergeSchemas({ type }, view);
    return { schema, view: typed, text: source.textOf(schema) };
  });
}

const choices = ['anyOf', 'oneOf'] as const;

function hasAlternatives(view: JsonObject): boolean {
  return choices.some((keyword) => keyword in view);
}

function exclusiveOf(...views: readonly JsonObject[]): AlternativesOptions['exclusive'] {
  const { length } = views.filter((view) => 'oneOf' in view);
  if (length === 0) return 'none';
  return length === views.length ? 'both' : 'one';
}

/** The alternatives of a schema that consists of nothing else. */
function choiceOf(view: JsonObject): readonly unknown[] | undefined {
  const [keyword, ...others] = Object.keys(view).filter((name) => name !== 'default');
  const isChoice = others.length === 0 && (keyword === 'anyOf' || keyword === 'oneOf');
  return isChoice ? listOf(view[keyword]) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
