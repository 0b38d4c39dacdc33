import { defineDelivery, readTimeout, timeoutSchema } from './delivery-spec.ts';

const defaultTimeout = '10s';

/** A request: one worker replies to it, and the reply is the answer. */
export const rpc = defineDelivery({
  key: 'rpc',
  gist: "wait for a worker's reply",
  schema: timeoutSchema({
    title: 'RPC',
    does: 'Send the call to one worker and answer with its reply.',
    waitsFor: "the worker's reply",
    absent: defaultTimeout,
  }),
  read: (raw, place) => ({ kind: 'rpc', timeoutMs: readTimeout(raw, defaultTimeout, place) }),
  isAnswered: true,
  defaultConcurrency: 16,
  exchangeType: 'direct',
  queuesOf: ({ exchange }) => [{ kind: 'rpc', name: exchange }],
  success: { description: "The worker's reply." },
  problems: {
    name: 'RpcProblem',
    description: 'There is no answer, or the worker answered with an error.',
    codes: [
      'WORKER_ERROR',
      'BAD_REPLY',
      'NO_WORKER',
      'RPC_TIMEOUT',
      'IDEMPOTENCY_IN_FLIGHT',
      'IDEMPOTENCY_KEY_REUSED',
    ],
  },
});
