import { computed, type ComputedRef } from 'vue';
import type { JsonNode } from '../../lib/json-tree.ts';
import { type FieldContext, useFieldContext } from './field-context.ts';

/** The props of every control. */
export interface FieldProps {
  readonly pointer: string;
  readonly label: string;
  readonly required: boolean;
  readonly hint: string | undefined;
  readonly fault: string | undefined;
}

export interface Field extends FieldContext {
  /** The value at the field's pointer; undefined without one. */
  readonly node: ComputedRef<JsonNode | undefined>;
  /** Sets the value at the field's pointer; `undefined` removes it. */
  readonly set: (node: JsonNode | undefined) => void;
}

/** The value that a control edits. */
export function useField(props: Pick<FieldProps, 'pointer'>): Field {
  const context = useFieldContext();
  const node = computed(() => context.nodeAt(props.pointer));
  return { ...context, node, set: (node) => context.setAt(props.pointer, node) };
}
