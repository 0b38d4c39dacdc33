import { defineHandlerSpec } from '../../../packages/endpoints/src/handlers/handler-spec.ts';
import type { BuiltInKind } from '../../../packages/endpoints/src/model/use.ts';

/** A handler that a project might define; the type of the built-in handlers does not include it. */
export const lengthKind = 'length' as string as BuiltInKind;

const unit = {
  title: 'Unit',
  description: 'What it counts.',
  type: 'string',
  enum: ['bytes', 'bits'],
  examples: ['bits'],
};

/** Answers with the length of the body. */
export const lengthSpec = defineHandlerSpec({
  key: lengthKind,
  gist: 'counts bytes',
  delivery: 'rpc',
  concurrency: 2,
  isBatched: false,
  isIdempotent: false,
  keys: { unit },
  read: ({ raw }) => ({ ...raw, table: '', columns: [], where: [] }),
  args: {},
  droppedParam: 'counts whatever',
  replySchemaOf: () => ({ type: 'integer' }),
});
