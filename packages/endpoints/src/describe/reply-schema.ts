import { builtInReplyOf } from '../handlers/handlers.ts';
import type { Endpoint, JsonSchema, Model } from '../model/model.ts';

/** The schema of an endpoint's reply: the one in the file, or that of its built-in handler. */
export function replySchemaOf(endpoint: Endpoint, model: Model): JsonSchema | undefined {
  if (endpoint.reply !== undefined) return endpoint.reply;
  const use = model.workers.find(({ on }) => on === endpoint.key)?.use;
  return use && builtInReplyOf(use, model);
}
