import type { Scheme, SchemeKind } from '@restmapper/endpoints';
import { defineScheme } from '../../../packages/endpoints/src/schemes/scheme-spec.ts';

/** A kind of scheme that a project might define; the type of the built-in kinds does not include it. */
export const signedKind = 'signed' as string as SchemeKind;

export interface SignedScheme extends Scheme {
  readonly header: string;
  readonly secret: string;
}

/** Callers that sign the bodies that they send. */
export const signedSpec = defineScheme<SignedScheme, { readonly secret?: string }>({
  key: signedKind,
  schema: {
    title: 'Signed',
    description: 'Bodies that the caller signs.',
    type: 'object',
    required: ['secret'],
    additionalProperties: false,
    properties: {
      secret: { title: 'Secret', description: 'What signs.', $ref: '#/definitions/secret', examples: ['s'] },
    },
  },
  definitions: { secret: { title: 'Secret', description: 'Text.', type: 'string', minLength: 4 } },
  signsBody: true,
  read: ({ secret = '' }, { name }) => ({ kind: signedKind, name, header: 'x-signature', secret }),
  openApi: ({ header }) => ({ type: 'apiKey', in: 'header', name: header, description: 'A signature.' }),
  claimsOf: () => ['hook'],
  urlsOf: ({ name }) => [`http://${name}.example/`],
});
