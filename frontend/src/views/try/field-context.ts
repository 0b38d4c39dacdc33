import { inject, type InjectionKey, provide } from 'vue';
import type { JsonSchema, ResolveRef } from '../../lib/json-schema.ts';
import type { JsonNode } from '../../lib/json-tree.ts';
import type { SchemaCheck } from '../../lib/schema-check.ts';
import type { Section } from './call-draft.ts';

/** The value edited by a tree of fields, and its violations. */
export interface FieldContext {
  readonly section: Section;
  readonly resolve: ResolveRef;
  /** Creates the check of one value by its own schema. */
  readonly checkOf: (schema: JsonSchema) => SchemaCheck;
  readonly nodeAt: (pointer: string) => JsonNode | undefined;
  /** Sets a value; `undefined` removes it. */
  readonly setAt: (pointer: string, node: JsonNode | undefined) => void;
  /** The first violation of a value, if any. */
  readonly faultAt: (pointer: string) => string | undefined;
  /** Whether errors also show in unvisited fields. */
  readonly showsAll: () => boolean;
}

/** What a field needs to know about its place. */
export interface FieldPlace {
  readonly schema: JsonSchema;
  readonly pointer: string;
  readonly label: string;
  readonly required: boolean;
}

const key: InjectionKey<FieldContext> = Symbol('fields');

export function provideFieldContext(context: FieldContext): void {
  provide(key, context);
}

export function useFieldContext(): FieldContext {
  const context = inject(key);
  if (context === undefined) throw new Error('a field must be inside a FieldTree');
  return context;
}

/** Marks the element of a field, so that it can be found by pointer. */
export function fieldMark(section: Section, pointer: string): string {
  return `${section}:${pointer}`;
}
