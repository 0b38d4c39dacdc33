import type { JsonObject } from '../model/json.ts';
import type { EndpointDelivery } from '../model/model.ts';
import type { RawDelivery } from './delivery-spec.ts';

/** The schema of `answer`, of kinds of endpoints whose callers get no reply. */
export const answerSchema: JsonObject = {
  title: 'Answer',
  description:
    'What callers get once the message is accepted: with `id`, its id, `{"id":"…"}`, which the header `x-message-id` has too. Absent: `{}`.',
  enum: ['id'],
  examples: ['id'],
};

/** Reads `answer`. */
export function readAnswer(raw: RawDelivery): Pick<EndpointDelivery, 'answersId'> {
  return raw !== true && raw.answer === 'id' ? { answersId: true } : {};
}

/** The schema of the answer to an accepted message. */
export function acceptedSchema({ answersId }: EndpointDelivery): JsonObject {
  if (!answersId) return { type: 'object', maxProperties: 0 };
  return {
    type: 'object',
    required: ['id'],
    properties: { id: { type: 'string', format: 'uuid', description: 'The id of the message.' } },
    additionalProperties: false,
  };
}
