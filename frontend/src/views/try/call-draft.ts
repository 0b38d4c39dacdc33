import { computed, type ComputedRef, ref, type Ref, shallowRef } from 'vue';
import type { HttpCall } from '../../lib/curl.ts';
import { firstValue } from '../../lib/first-value.ts';
import { toFormField } from '../../lib/form-field.ts';
import type { JsonSchema, ResolveRef } from '../../lib/json-schema.ts';
import { toHttpCall } from '../../lib/http-call.ts';
import { formatJson } from '../../lib/json-format.ts';
import { nodeOf } from '../../lib/json-pointer.ts';
import { type JsonNode, JsonSyntaxError, parseJson } from '../../lib/json-tree.ts';
import type { ApiDocument, Operation } from '../../lib/open-api.ts';
import { createSchemaCheck, type SchemaCheck, type Violation } from '../../lib/schema-check.ts';

/** The parts of a call that are edited as fields. */
export const sections = ['params', 'query', 'body'] as const;
export type Section = (typeof sections)[number];

/** The input for a call to one endpoint. */
export interface CallDraft {
  readonly operation: Operation;
  /** The value of each section, readable and writable; that of the body while its text is JSON. */
  readonly values: Readonly<Record<Section, Ref<JsonNode | undefined>>>;
  /** Sent byte for byte; empty if the endpoint takes no body. */
  readonly bodyText: Ref<string>;
  readonly idempotencyKey: Ref<string>;
  /** The body, if it is JSON; for a long text being typed, as of its last check. */
  readonly body: ComputedRef<ParsedBody>;
  /** Whether the body is that of the current text. */
  readonly isChecked: ComputedRef<boolean>;
  /** Parses and checks a long text; a short one is checked while it is typed. */
  readonly settle: () => void;
  /** Creates the check of a part of the body. */
  readonly checkOf: (schema: JsonSchema) => SchemaCheck;
  readonly violations: ComputedRef<Readonly<Record<Section, readonly Violation[]>>>;
  /** The number of violations in the draft. */
  readonly faults: ComputedRef<number>;
  readonly call: ComputedRef<HttpCall>;
  /** How the body is edited. */
  readonly bodyView: Ref<BodyView>;
  /** Whether errors also show in unvisited fields: after the first attempt to send. */
  readonly showsAll: Ref<boolean>;
}

/**
 * A longer text is not checked at each key: parsing 500 kB and checking them against a schema takes 100 ms
 * and more, which would slow typing down.
 */
export const mostWhileTyping = 50_000;

export type BodyView = 'form' | 'json';

export type ParsedBody =
  | { readonly kind: 'absent' }
  | { readonly kind: 'parsed'; readonly node: JsonNode }
  | { readonly kind: 'broken'; readonly error: JsonSyntaxError };

/** Creates a draft that is as valid as possible without user input. */
export function createCallDraft(operation: Operation, { resolve, schemas }: ApiDocument): CallDraft {
  const check = (schema: JsonSchema | undefined) =>
    schema === undefined ? () => [] : createSchemaCheck(schema, schemas);
  const checks = {
    params: check(operation.params),
    query: check(operation.query),
    body: check(operation.body),
  };
  const input = createInput(operation, { resolve, check: checks.body });
  const { values, body } = input;

  const violations = computed(() => ({
    params: violationsOf(values.params.value, checks.params),
    query: violationsOf(values.query.value, checks.query),
    body: violationsOf(values.body.value, checks.body),
  }));
  const faults = computed(() => {
    const count = sections.reduce((sum, section) => sum + violations.value[section].length, 0);
    return body.value.kind === 'broken' ? count + 1 : count;
  });
  const call = computed(() =>
    toHttpCall(operation, {
      params: values.params.value,
      query: values.query.value,
      body: operation.body === undefined ? undefined : input.bodyText.value,
      idempotencyKey: input.idempotencyKey.value.trim(),
    }),
  );
  const bodyView = ref<BodyView>(hasFields(operation.body, resolve) ? 'form' : 'json');
  return { operation, ...input, violations, faults, call, bodyView, showsAll: ref(false), checkOf: check };
}

interface FirstBodyOptions {
  readonly resolve: ResolveRef;
  readonly check: SchemaCheck;
}

type Input = Pick<CallDraft, 'values' | 'bodyText' | 'idempotencyKey' | 'body' | 'isChecked' | 'settle'>;

function createInput({ params, query, body: schema }: Operation, options: FirstBodyOptions): Input {
  const {
    text: bodyText,
    checked,
    settle,
  } = createText(schema === undefined ? '' : firstBody(schema, options));
  const body = computed(() => (schema === undefined ? absent : parseBody(checked.value)));
  const values = {
    params: shallowRef(params === undefined ? undefined : emptyObject),
    query: shallowRef(query === undefined ? undefined : emptyObject),
    body: computed({
      get: () => (body.value.kind === 'parsed' ? body.value.node : undefined),
      set: (node) => {
        bodyText.value = node === undefined ? '' : formatJson(node);
        settle();
      },
    }),
  };
  const isChecked = computed(() => checked.value === bodyText.value);
  return { values, bodyText, idempotencyKey: ref(''), body, isChecked, settle };
}

/** A text, and its version at the last check. */
function createText(first: string) {
  const text = ref(first);
  const settled = ref(first);
  const checked = computed(() => (text.value.length <= mostWhileTyping ? text.value : settled.value));
  return { text, checked, settle: () => (settled.value = text.value) };
}

/** The initial value if any value is allowed. */
const greeting = { text: 'Hello' };

function firstBody(schema: JsonSchema, { resolve, check }: FirstBodyOptions): string {
  const text = formatJson(nodeOf(firstValue(schema, resolve)));
  return text === '{}' && check(greeting).length === 0 ? formatJson(nodeOf(greeting)) : text;
}

function hasFields(schema: JsonSchema | undefined, resolve: ResolveRef): boolean {
  if (schema === undefined) return false;
  const { kind, properties } = toFormField(schema, resolve);
  return kind === 'variant' || properties.length > 0;
}

/** The input of a call, to be restored. */
export interface DraftInput {
  readonly params: JsonNode | undefined;
  readonly query: JsonNode | undefined;
  readonly bodyText: string;
  readonly idempotencyKey: string;
}

export function inputOf({ values, bodyText, idempotencyKey }: CallDraft): DraftInput {
  return {
    params: values.params.value,
    query: values.query.value,
    bodyText: bodyText.value,
    idempotencyKey: idempotencyKey.value,
  };
}

export function putInput(draft: CallDraft, { params, query, bodyText, idempotencyKey }: DraftInput): void {
  draft.values.params.value = params;
  draft.values.query.value = query;
  draft.bodyText.value = bodyText;
  draft.settle();
  draft.idempotencyKey.value = idempotencyKey;
}

const absent = { kind: 'absent' } as const;
const emptyObject = parseJson('{}');

function parseBody(text: string): ParsedBody {
  try {
    return { kind: 'parsed', node: parseJson(text) };
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { kind: 'broken', error };
    throw error;
  }
}

/** Missing values and invalid JSON are reported elsewhere. */
function violationsOf(node: JsonNode | undefined, check: SchemaCheck): readonly Violation[] {
  return node === undefined ? [] : check(JSON.parse(formatJson(node)));
}
