import { defineDelivery, type EndpointKind } from '@restmapper/endpoints';
import { readTimeout, timeoutSchema } from '../../../packages/endpoints/src/deliveries/delivery-spec.ts';

/** A kind of endpoint that a project might define; the type of the built-in kinds does not include it. */
export const mirrorKind = 'mirror' as string as EndpointKind;

/** Answers a call with its own body, without a queue. */
export const mirrorSpec = defineDelivery({
  key: mirrorKind,
  gist: 'send back',
  schema: timeoutSchema({
    title: 'Mirror',
    does: 'Answer the call with its body.',
    waitsFor: "the gateway's mirror",
    absent: '1s',
  }),
  read: (raw, place) => ({ kind: mirrorKind, timeoutMs: readTimeout(raw, '1s', place) }),
  isAnswered: false,
  defaultConcurrency: 1,
  exchangeType: 'fanout',
  topologyOf: () => ({ exchanges: [], queues: [], bindings: [], exchangeBindings: [] }),
  success: () => ({ description: 'What was sent.', schema: {} }),
  problems: { name: 'MirrorProblem', others: 'There is nothing to mirror.', codes: [] },
});
