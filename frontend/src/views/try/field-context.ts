import { inject, type InjectionKey, provide } from 'vue';
import type { JsonSchema, ResolveRef } from '../../lib/json-schema.ts';
import type { JsonNode } from '../../lib/json-tree.ts';
import type { SchemaCheck } from '../../lib/schema-check.ts';
import type { Section } from './call-draft.ts';

/** The value that a tree of fields edits, and what is known about it. */
export interface FieldContext {
  readonly section: Section;
  readonly resolve: ResolveRef;
  /** Makes the check of one value by a schema of its own. */
  readonly checkOf: (schema: JsonSchema) => SchemaCheck;
  readonly nodeAt: (pointer: string) => JsonNode | undefined;
  /** Puts a value in; `undefined` takes it out. */
  readonly setAt: (pointer: string, node: JsonNode | undefined) => void;
  /** What is wrong with a value, if something is. */
  readonly faultAt: (pointer: string) => string | undefined;
  /** Whether faults show although their field was not visited. */
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
  if (context === undefined) throw new Error('a field stands in a FieldTree');
  return context;
}

/** Marks the element of a field, so that it can be found again. */
export function fieldMark(section: Section, pointer: string): string {
  return `${section}:${pointer}`;
}
