import { readFileSync } from 'node:fs';
import type { JsonSchema } from '../model/model.ts';

/** The JSON Schema (draft-07) of `endpoints.yaml`: the very file that editors complete and explain from. */
export const fileSchema = JSON.parse(
  readFileSync(new URL('../../endpoints.schema.json', import.meta.url), 'utf8'),
) as Exclude<JsonSchema, boolean>;
