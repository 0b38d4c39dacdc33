import {
  computed,
  type ComputedRef,
  ref,
  type Ref,
  shallowRef,
  type ShallowRef,
  type WritableComputedRef,
} from 'vue';
import { type BodyType, fileFault, typeOfFile } from '../../lib/body-type.ts';
import type { HttpCall } from '../../lib/curl.ts';
import { firstValue } from '../../lib/first-value.ts';
import { toFormField } from '../../lib/form-field.ts';
import type { JsonSchema, ResolveRef } from '../../lib/json-schema.ts';
import { type InputBody, toHttpCall } from '../../lib/http-call.ts';
import { formatJson } from '../../lib/json-format.ts';
import { nodeOf } from '../../lib/json-pointer.ts';
import { type JsonNode, JsonSyntaxError, parseJson } from '../../lib/json-tree.ts';
import type { ApiDocument, Operation } from '../../lib/open-api.ts';
import { createSchemaCheck, type SchemaCheck, type Violation } from '../../lib/schema-check.ts';

/** The parts of a call that are edited as fields. */
export const sections = ['params', 'query', 'headers', 'body'] as const;
export type Section = (typeof sections)[number];

/** The input for a call to one endpoint. */
export interface CallDraft {
  readonly operation: Operation;
  /** The value of each section, readable and writable; that of the body while its text is JSON. */
  readonly values: Readonly<Record<Section, Ref<JsonNode | undefined>>>;
  /** The media type of the body, of those that the endpoint takes; `undefined` if it takes none. */
  readonly bodyType: WritableComputedRef<BodyType | undefined>;
  /** JSON, also of a form's fields. Sent byte for byte; empty if the endpoint takes no body. */
  readonly bodyText: Ref<string>;
  /** A body that is text. */
  readonly plainText: Ref<string>;
  /** A body that is a file; kept while the page is open. */
  readonly file: ShallowRef<File | undefined>;
  readonly idempotencyKey: Ref<string>;
  /** The media types of an answer, if there are several. */
  readonly answerTypes: readonly string[];
  /** The media type wanted of the answer; empty for any. */
  readonly accept: Ref<string>;
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
    headers: check(operation.headers),
  };
  const bodyChecks = new Map(operation.bodies.map(({ type, schema }) => [type, check(schema)]));
  const input = createInput(operation, {
    resolve,
    check: bodyChecks.get(fieldsTypeOf(operation)) ?? check(true),
  });
  const { values, body, bodyType } = input;
  const isFields = computed(() => ['json', 'form'].includes(bodyType.value?.format ?? ''));

  const violations = computed(() => ({
    params: violationsOf(values.params.value, checks.params),
    query: violationsOf(values.query.value, checks.query),
    headers: violationsOf(values.headers.value, checks.headers),
    body: bodyViolations(input, bodyChecks.get(bodyType.value?.type ?? '') ?? check(true)),
  }));
  const faults = computed(() => {
    const count = sections.reduce((sum, section) => sum + violations.value[section].length, 0);
    return isFields.value && body.value.kind === 'broken' ? count + 1 : count;
  });
  const call = computed(() =>
    toHttpCall(operation, {
      params: values.params.value,
      query: values.query.value,
      headers: values.headers.value,
      body: inputBody(input),
      idempotencyKey: input.idempotencyKey.value.trim(),
      accept: input.accept.value,
    }),
  );
  const bodyView = ref<BodyView>(hasFields(jsonSchemaOf(operation), resolve) ? 'form' : 'json');
  const answerTypes = answerTypesOf(operation);
  const showsAll = ref(false);
  return { operation, ...input, violations, faults, call, bodyView, answerTypes, showsAll, checkOf: check };
}

/** The schema of JSON bodies. */
function jsonSchemaOf({ bodies }: Operation): JsonSchema | undefined {
  return bodies.find(({ format }) => format === 'json')?.schema;
}

/** The first type whose bodies are entered as fields or JSON. */
function fieldsTypeOf({ bodies }: Operation): string {
  return bodies.find(({ format }) => format === 'json' || format === 'form')?.type ?? '';
}

function answerTypesOf({ answers }: Operation): readonly string[] {
  const types = answers.flatMap(({ mediaTypes }) => mediaTypes);
  return types.length > 1 ? [...new Set(types)] : [];
}

interface FirstBodyOptions {
  readonly resolve: ResolveRef;
  readonly check: SchemaCheck;
}

type Input = Pick<
  CallDraft,
  | 'values'
  | 'bodyType'
  | 'bodyText'
  | 'plainText'
  | 'file'
  | 'idempotencyKey'
  | 'accept'
  | 'body'
  | 'isChecked'
  | 'settle'
>;

function createInput(operation: Operation, options: FirstBodyOptions): Input {
  const { params, query, headers, bodies } = operation;
  const schema = bodies.find(({ type }) => type === fieldsTypeOf(operation))?.schema;
  const {
    text: bodyText,
    checked,
    settle,
  } = createText(schema === undefined ? '' : firstBody(schema, options));
  const body = computed(() => (schema === undefined ? absent : parseBody(checked.value)));
  const values = {
    params: shallowRef(params === undefined ? undefined : emptyObject),
    query: shallowRef(query === undefined ? undefined : emptyObject),
    headers: shallowRef(headers === undefined ? undefined : emptyObject),
    body: computed({
      get: () => (body.value.kind === 'parsed' ? body.value.node : undefined),
      set: (node) => {
        bodyText.value = node === undefined ? '' : formatJson(node);
        settle();
      },
    }),
  };
  const isChecked = computed(() => checked.value === bodyText.value);
  const texts = { plainText: ref(''), idempotencyKey: ref(''), accept: ref('') };
  const file = shallowRef<File>();
  return { values, bodyType: createChoice(bodies), bodyText, ...texts, file, body, isChecked, settle };
}

/** One of the types, at first the first. */
function createChoice(types: readonly BodyType[]): CallDraft['bodyType'] {
  const chosen = shallowRef<BodyType>();
  return computed({
    get: () => chosen.value ?? types[0],
    set: (type) => (chosen.value = type),
  });
}

function bodyViolations(
  { bodyType, values, plainText, file }: Input,
  check: SchemaCheck,
): readonly Violation[] {
  if (bodyType.value?.format === 'text') return check(plainText.value);
  if (bodyType.value?.format !== 'binary') return violationsOf(values.body.value, check);
  const detail = fileFault(file.value, bodyType.value);
  return detail === undefined ? [] : [{ pointer: '', detail }];
}

function inputBody({ bodyType, bodyText, plainText, file, values }: Input): InputBody | undefined {
  if (bodyType.value === undefined) return undefined;
  const { type, format } = bodyType.value;
  if (format === 'json') return { type, content: bodyText.value };
  if (format === 'form') return { type, content: values.body.value ?? emptyObject };
  if (format === 'text') return { type, content: plainText.value };
  const content = file.value ?? new File([], 'file');
  return { type: typeOfFile(content, bodyType.value), content };
}

/** A text, and its version at the last check. */
function createText(first: string) {
  const text = ref(first);
  const settled = ref(first);
  const checked = computed(() => (text.value.length <= mostWhileTyping ? text.value : settled.value));
  return { text, checked, settle: () => (settled.value = text.value) };
}

/** The initial value if any value is allowed, and none is described. */
const greeting = { text: 'Hello' };

function firstBody(schema: JsonSchema, { resolve, check }: FirstBodyOptions): string {
  const text = formatJson(nodeOf(firstValue(schema, resolve)));
  const isGreeted = text === '{}' && !hasFields(schema, resolve) && check(greeting).length === 0;
  return isGreeted ? formatJson(nodeOf(greeting)) : text;
}

function hasFields(schema: JsonSchema | undefined, resolve: ResolveRef): boolean {
  if (schema === undefined) return false;
  const { kind, properties } = toFormField(schema, resolve);
  return kind === 'variant' || properties.length > 0;
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
