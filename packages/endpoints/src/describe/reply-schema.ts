import { builtInReplyOf } from '../handlers/handlers.ts';
import type { JsonSchema, Model, Source } from '../model/model.ts';

/** The schema of a source's reply: the one in the file, or that of its built-in handler. */
export function replySchemaOf(source: Source, model: Model): JsonSchema | undefined {
  if (source.reply !== undefined) return source.reply;
  const use = model.workers.find(({ on }) => on === source.key)?.use;
  return use && builtInReplyOf(use, model);
}
