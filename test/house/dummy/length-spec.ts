import type { BuiltInKind } from '../../../packages/endpoints/src/model/model.ts';
import { defineHandlerSpec } from '../../../packages/endpoints/src/handlers/handler-spec.ts';

/** A handler that a project might define; the type of the built-in handlers does not include it. */
export const lengthKind = 'length' as string as BuiltInKind;

/** Answers with the length of the body. */
export const lengthSpec = defineHandlerSpec({
  key: lengthKind,
  gist: 'counts bytes',
  delivery: 'rpc',
  concurrency: 2,
  isBatched: false,
  isIdempotent: false,
  args: {},
  droppedParam: 'counts whatever',
  replySchemaOf: () => ({ type: 'integer' }),
});
