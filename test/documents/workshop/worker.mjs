import { defineHandler, RequestError } from 'restmapper/worker';

/** Answers every call of the workshop with a value that fits its endpoint. */
export default defineHandler(async ({ args, params, data }) => {
  if (params?.id === 404) throw new RequestError(404, 'NO_SUCH_ORDER');
  if (args?.text !== undefined) return [{ text: args.text, tags: args.tags }];
  return { id: params?.id ?? 0, state: 'open', ...data };
});
