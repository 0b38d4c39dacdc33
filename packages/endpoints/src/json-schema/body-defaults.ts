import type { DefaultPlan } from './default-plan.ts';
import { planDefaults } from './default-plan.ts';
import type { SchemaDocument } from './document.ts';
import { fillDefaults } from './fill-defaults.ts';

/**
 * Inserts the defaults that a JSON text lacks; returns the same buffer if it lacks none, and `undefined` if the
 * result would be longer than `maxBytes`.
 */
export type FillDefaults = (json: Buffer, maxBytes: number) => Buffer | undefined;

/** Far more than a file says; reached only by defaults that fill in each other. */
const maxDefaultBytes = 1_000_000;

/** Thrown for a default that, once it is filled in, would contain itself. */
export class EndlessDefault extends Error {
  readonly member: string;

  constructor(member: string) {
    super(`the default of ${member} fills in itself`);
    this.member = member;
  }
}

/**
 * Creates the function that fills in a schema's defaults; `undefined` if it has none.
 *
 * @throws EndlessDefault
 */
export function createFillDefaults(document: SchemaDocument): FillDefaults | undefined {
  const { plan } = planDefaults(document);
  if (!plan) return undefined;
  const texts = new DefaultTexts();
  texts.completeAll(plan);
  const textOf = (of: DefaultPlan, name: string): string => texts.complete(of, name);
  return (json, maxBytes) => fillDefaults(json, plan, { textOf, maxBytes });
}

/** The defaults of a plan, in which further defaults are filled in. */
class DefaultTexts {
  readonly #complete = new Map<DefaultPlan, Map<string, string>>();
  readonly #current = new Map<DefaultPlan, Set<string>>();

  completeAll(root: DefaultPlan): void {
    const seen = new Set<DefaultPlan>();
    const visit = (plan: DefaultPlan | undefined): void => {
      if (!plan || seen.has(plan)) return;
      seen.add(plan);
      for (const name of plan.defaults.keys()) this.complete(plan, name);
      for (const inner of [...plan.members.values(), ...plan.prefix, plan.items]) visit(inner);
    };
    visit(root);
  }

  complete(plan: DefaultPlan, name: string): string {
    const known = this.#complete.get(plan)?.get(name);
    return known ?? this.#fill(plan, name);
  }

  #fill(plan: DefaultPlan, name: string): string {
    const current = entryOf(this.#current, plan, () => new Set<string>());
    if (current.has(name)) throw new EndlessDefault(name);
    current.add(name);
    const text = plan.defaults.get(name) ?? 'null';
    const inner = plan.members.get(name);
    const textOf = (of: DefaultPlan, member: string): string => this.complete(of, member);
    const filled = inner && fillDefaults(Buffer.from(text), inner, { textOf, maxBytes: maxDefaultBytes });
    if (inner && !filled) throw new EndlessDefault(name);
    current.delete(name);
    const complete = String(filled ?? text);
    entryOf(this.#complete, plan, () => new Map<string, string>()).set(name, complete);
    return complete;
  }
}

function entryOf<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  const known = map.get(key) ?? create();
  map.set(key, known);
  return known;
}
