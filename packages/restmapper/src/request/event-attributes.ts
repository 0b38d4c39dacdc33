import { isAttributeName, reservedAttributes, type Violation } from '@restmapper/core';
import { cloudEventSchema, maxViolations, pointerStep, type SchemaCompiler } from '@restmapper/endpoints';

/** The attributes of an event before they are checked. */
export type RawAttributes = Readonly<Record<string, unknown>>;

/** Returns the violations of an event's attributes; none if it is a valid CloudEvent without data. */
export type CheckAttributes = (attributes: RawAttributes) => readonly Violation[];

/** A text of CloudEvents has neither. */
const unacceptable = /[\p{Cc}\p{Cs}]/u;

/** `datacontenttype` declares JSON if it matches, by section 3.1.1 of the JSON format. */
const jsonType = /^[^/;\s]+\/(?:[^/;\s]+\+)?json\s*(?:;.*)?$/i;

/** Creates the check of the attributes of CloudEvents. */
export function createAttributeCheck(compiler: SchemaCompiler): CheckAttributes {
  const validate = compiler.compileJson(cloudEventSchema);
  return (attributes) => {
    const own = Object.entries(attributes).flatMap(([name, value]) => {
      const detail = attributeFault(name, value);
      return detail === undefined ? [] : [{ pointer: pointerStep(name), detail }];
    });
    const known = new Set(own.map(({ pointer }) => pointer));
    const others = validate(attributes, Buffer.from(JSON.stringify(attributes)));
    return [...own, ...others.filter(({ pointer }) => !known.has(pointer))].slice(0, maxViolations);
  };
}

function attributeFault(name: string, value: unknown): string | undefined {
  if (name === 'data_base64') return 'is not accepted: send JSON, as data';
  if (reservedAttributes.has(name)) return 'is reserved: it cannot be the name of an attribute here';
  if (!isAttributeName(name)) return 'is not the name of an attribute: only a-z and 0-9 are allowed';
  if (typeof value !== 'string') return undefined;
  if (unacceptable.test(value)) return 'holds a control character or half a surrogate pair';
  if (name === 'datacontenttype' && !jsonType.test(value)) return 'must be a media type of JSON';
  return undefined;
}
