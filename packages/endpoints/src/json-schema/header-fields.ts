import type { JsonSchema } from '../model/model.ts';
import { SchemaDocument } from './document.ts';
import { TextSchemas } from './text-schemas.ts';

/** A declared request header. */
export interface HeaderField {
  /** In lower case. */
  readonly name: string;
  /** Whether its value is a list, whose elements are separated by commas. */
  readonly isList: boolean;
}

/** The headers that an endpoint's schema of headers declares, conditional or not. */
export function headerFieldsOf(schema: JsonSchema): readonly HeaderField[] {
  const schemas = new TextSchemas(new SchemaDocument(schema), schema);
  const names = new Set(schemas.parts.flatMap(({ properties }) => Object.keys(properties ?? {})));
  return [...names].map((name) => {
    const types = schemas.together(schemas.ofMember(name)).flatMap(({ type }) => [type ?? []].flat());
    return { name, isList: types.includes('array') && !types.includes('string') };
  });
}
