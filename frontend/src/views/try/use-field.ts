import { computed, type ComputedRef } from 'vue';
import type { JsonNode } from '../../lib/json-tree.ts';
import { type FieldContext, useFieldContext } from './field-context.ts';

/** What every control of a value is given. */
export interface FieldProps {
  readonly pointer: string;
  readonly label: string;
  readonly required: boolean;
  readonly hint: string | undefined;
  readonly fault: string | undefined;
}

export interface Field extends FieldContext {
  /** The value at the field's pointer; undefined where there is none. */
  readonly node: ComputedRef<JsonNode | undefined>;
  /** Puts a value in at the field's pointer; `undefined` takes it out. */
  readonly set: (node: JsonNode | undefined) => void;
}

/** The value that a control edits. */
export function useField(props: Pick<FieldProps, 'pointer'>): Field {
  const context = useFieldContext();
  const node = computed(() => context.nodeAt(props.pointer));
  return { ...context, node, set: (node) => context.setAt(props.pointer, node) };
}
