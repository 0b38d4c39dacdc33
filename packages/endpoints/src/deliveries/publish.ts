import { acceptedSchema, answerSchema, readAnswer } from './accepted.ts';
import { defineDelivery, readTimeout, timeoutProperty } from './delivery-spec.ts';
import { formatSchema, nameSchema, readForeignExchange } from './read-foreign.ts';
import { noTopology } from './source-topology.ts';

const defaultTimeout = '5s';

/** An event for another application, whose queues are bound to the exchange. */
export const publish = defineDelivery({
  key: 'publish',
  gist: "publish to another application's exchange",
  schema: {
    title: 'Publish',
    description:
      "Publish the call to an exchange of another application, wait for the broker's confirm, answer `{}`. A call that no queue takes is answered 503.",
    type: 'object',
    required: ['exchange'],
    errorMessage: 'must be a mapping such as `{ exchange: events, routingKey: "order.{data.kind}" }`',
    additionalProperties: false,
    properties: {
      exchange: nameSchema(
        'Exchange',
        'The name of the exchange. It is used as it is, and never declared, unless `declare` is given.',
        'events',
      ),
      routingKey: {
        title: 'Routing key',
        description:
          'The routing key; `{params.NAME}`, `{args.NAME}`, `{data.NAME}`, `{identity.subject}` are values of the call, in which `.`, `*`, `#` and `%` are percent-encoded. A call without such a value is answered 422.',
        type: 'string',
        errorMessage: 'must be text, such as `order.{params.region}`',
        default: '',
        examples: ['order.{params.region}.{data.kind}'],
      },
      format: formatSchema,
      declare: {
        title: 'Declare',
        description:
          'Declare the exchange, durable and of this type, instead of expecting it to be there. Absent: it is never declared.',
        enum: ['topic'],
        examples: ['topic'],
      },
      answer: answerSchema,
      timeout: timeoutProperty("the broker's confirm", defaultTimeout),
    },
    examples: [{ exchange: 'events', routingKey: 'order.{params.region}' }],
  },
  read: (raw, place) => ({
    kind: 'publish',
    timeoutMs: readTimeout(raw, defaultTimeout, place),
    ...readAnswer(raw),
    foreign: readForeignExchange(raw === true ? {} : raw, place),
  }),
  isAnswered: false,
  hasWorkers: false,
  defaultConcurrency: 8,
  exchangeType: 'topic',
  topologyOf: () => noTopology,
  success: (delivery) => ({
    description: 'Accepted: each queue of the exchange that takes it has the message.',
    schema: acceptedSchema(delivery),
  }),
  problems: {
    name: 'PublishProblem',
    others: 'Any other problem of a call:',
    codes: ['INVALID_ROUTING_KEY'],
  },
});
