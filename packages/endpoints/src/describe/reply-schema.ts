import { builtInReplyOf, builtInStatusOf } from '../handlers/handlers.ts';
import type { Endpoint, JsonSchema, Model, Source } from '../model/model.ts';

/** The schema of a source's reply: the one in the file, or that of its built-in handler. */
export function replySchemaOf(source: Source, model: Model): JsonSchema | undefined {
  if (source.reply !== undefined) return source.reply;
  const use = model.workers.find(({ on }) => on === source.key)?.use;
  return use && builtInReplyOf(use, model);
}

/** The status of an endpoint's successful replies: the one in the file, or that of its built-in handler. */
export function replyStatusOf(endpoint: Endpoint, model: Model): number {
  const use = model.workers.find(({ on }) => on === endpoint.key)?.use;
  return (use && builtInStatusOf(use)) ?? endpoint.status;
}
