import { defineDelivery, readTimeout, timeoutSchema } from './delivery-spec.ts';
import { formatSchema, nameSchema, readForeignQueue } from './read-foreign.ts';
import { readRoutingKey, routingKeySchema } from './routing-key.ts';
import { requestTopology } from './source-topology.ts';

const defaultTimeout = '10s';

/** Only foreign queues have a format. */
const { default: _raw, ...withoutDefault } = formatSchema;

/** A request: one worker replies to it, and the reply is the answer. */
export const rpc = defineDelivery({
  key: 'rpc',
  gist: "wait for a worker's reply",
  schema: timeoutSchema({
    title: 'RPC',
    does: 'Send the call to one worker and answer with its reply.',
    waitsFor: "the worker's reply",
    absent: defaultTimeout,
    others: {
      routingKey: routingKeySchema,
      queue: nameSchema(
        'Queue',
        'The queue of a worker of another application, which gets the calls of this endpoint. It is used as it is, and never declared. Absent: the endpoint has an exchange and a queue of its own.',
        'legacy_quotes',
      ),
      format: {
        ...withoutDefault,
        description: `${String(withoutDefault['description'])} Only with \`queue\`. Absent: \`raw\`.`,
      },
      replyExchange: nameSchema(
        'Reply exchange',
        'The exchange to which that worker publishes its replies, with `reply_to` as the routing key. It is used as it is, and never declared. Only with `queue`. Absent: the default exchange, to which workers reply by `reply_to` alone.',
        'legacy_replies',
      ),
    },
  }),
  read: (raw, place) => ({
    kind: 'rpc',
    timeoutMs: readTimeout(raw, defaultTimeout, place),
    ...readRoutingKey(raw, place),
    ...(raw !== true && readForeignQueue(raw, place)),
  }),
  isAnswered: true,
  defaultConcurrency: 16,
  exchangeType: 'direct',
  topologyOf: requestTopology,
  success: () => ({ description: "The worker's reply." }),
  problems: {
    name: 'RpcProblem',
    others: 'An error of the worker, with a status and a code of its own, or any other problem of a call:',
    codes: [
      'WORKER_ERROR',
      'REPLY_TOO_LARGE',
      'BAD_REPLY',
      'DATABASE_AWAY',
      'NO_WORKER',
      'RPC_TIMEOUT',
      'NOT_FOUND',
      'CONFLICT',
      'IDEMPOTENCY_IN_FLIGHT',
      'IDEMPOTENCY_KEY_REUSED',
      'PRECONDITION_FAILED',
    ],
  },
});
