import type { JsonSchema } from '../model/model.ts';
import type { SchemaDocument } from './document.ts';
import type { SchemaObject } from './keyword.ts';
import { defined } from './text-schemas.ts';
import { defaultOf, propertiesOf, unconditionalParts } from './unconditional.ts';

/** Which defaults a value may lack, and the values below it. */
export interface DefaultPlan {
  /** The defaults of members, by name, as JSON; where they are filled in themselves once the plan is complete. */
  readonly defaults: ReadonlyMap<string, string>;
  /** The members with defaults below them. */
  readonly members: ReadonlyMap<string, DefaultPlan>;
  /** The first items; `undefined` for one without defaults below it. */
  readonly prefix: readonly (DefaultPlan | undefined)[];
  /** All further items. */
  readonly items: DefaultPlan | undefined;
}

/** What is known of the defaults of a schema. */
export interface PlannedDefaults {
  /** `undefined` if nothing is ever filled in. */
  readonly plan: DefaultPlan | undefined;
  /** The schemas whose `default` is filled in. */
  readonly filled: ReadonlySet<SchemaObject>;
  /** The schemas whose `default` contradicts another one of the same value. */
  readonly clashes: readonly SchemaObject[];
}

/** Plans the defaults of a document: of properties and items, through `$ref` and `allOf`. */
export function planDefaults(document: SchemaDocument): PlannedDefaults {
  const planner = new Planner(document);
  const root = planner.planOf([document.root]);
  const useful = planner.prune();
  return {
    plan: useful.has(root) ? root : undefined,
    filled: planner.filled,
    clashes: planner.clashes,
  };
}

interface PlanDraft {
  readonly defaults: Map<string, string>;
  readonly members: Map<string, PlanDraft>;
  prefix: (PlanDraft | undefined)[];
  items: PlanDraft | undefined;
}

class Planner {
  readonly filled = new Set<SchemaObject>();
  readonly clashes: SchemaObject[] = [];
  readonly #document: SchemaDocument;
  /** By the schemas that describe the value together: a recursive schema has finitely many. */
  readonly #drafts = new Map<string, PlanDraft>();

  constructor(document: SchemaDocument) {
    this.#document = document;
  }

  planOf(schemas: readonly JsonSchema[]): PlanDraft {
    const parts = unconditionalParts(this.#document, schemas);
    const ids = parts.map((part) => this.#document.idOf(part)).sort();
    const known = this.#drafts.get(ids.join());
    if (known) return known;
    const draft: PlanDraft = { defaults: new Map(), members: new Map(), prefix: [], items: undefined };
    this.#drafts.set(ids.join(), draft);
    for (const [name, properties] of propertiesOf(parts)) this.#planMember(draft, name, properties);
    const length = Math.max(0, ...parts.map(({ prefixItems }) => [prefixItems ?? []].flat().length));
    draft.prefix = Array.from({ length }, (_, index) => this.#planItems(parts, index));
    draft.items = this.#planItems(parts, length);
    return draft;
  }

  #planMember(draft: PlanDraft, name: string, properties: readonly JsonSchema[]): void {
    const found = defaultOf(this.#document, properties);
    if (found && found.clashes.length === 0) {
      draft.defaults.set(name, JSON.stringify(found.value));
      for (const place of found.places) this.filled.add(place);
    }
    this.clashes.push(...(found?.clashes ?? []));
    draft.members.set(name, this.planOf(properties));
  }

  #planItems(parts: readonly SchemaObject[], index: number): PlanDraft | undefined {
    const schemas = defined(
      parts.map(({ prefixItems, items }): unknown =>
        Array.isArray(prefixItems) && index < prefixItems.length ? prefixItems[index] : items,
      ),
    );
    return schemas.length === 0 ? undefined : this.planOf(schemas);
  }

  /** Drops the plans without defaults from the others; returns the rest. */
  prune(): ReadonlySet<PlanDraft> {
    const useful = usefulOf([...this.#drafts.values()]);
    for (const draft of useful) {
      for (const [name, member] of draft.members) if (!useful.has(member)) draft.members.delete(name);
      draft.prefix = draft.prefix.map((item) => (item && useful.has(item) ? item : undefined));
      if (draft.items && !useful.has(draft.items)) draft.items = undefined;
    }
    return useful;
  }
}

/** The plans with defaults, in any depth. */
function usefulOf(drafts: readonly PlanDraft[]): ReadonlySet<PlanDraft> {
  const useful = new Set(drafts.filter(({ defaults }) => defaults.size > 0));
  for (let before = -1; useful.size > before; ) {
    before = useful.size;
    for (const draft of drafts) {
      const inner = [...draft.members.values(), ...draft.prefix, draft.items];
      if (inner.some((plan) => plan && useful.has(plan))) useful.add(draft);
    }
  }
  return useful;
}
