import type { Violation } from '@restmapper/bus';
import type { ErrorObject } from 'ajv';

/** Most violations told to a caller. */
export const maxViolations = 50;
const maxPointerLength = 512;

/** What Ajv found, in the form callers are told; a missing or unwanted member is pointed at itself. */
export function toViolations(errors: readonly ErrorObject[]): readonly Violation[] {
  return errors.slice(0, maxViolations).map((error) => ({
    pointer: pointerOf(error).slice(0, maxPointerLength),
    detail: detailOf(error),
  }));
}

/** One step of an RFC 6901 pointer. */
export function pointerStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function pointerOf({ instancePath, params }: ErrorObject): string {
  const name: unknown = params.missingProperty ?? params.additionalProperty ?? params.unevaluatedProperty;
  return typeof name === 'string' ? instancePath + pointerStep(name) : instancePath;
}

function detailOf({ keyword, message = 'is not valid', params }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'is not declared';
    case 'enum':
      return `must be one of ${JSON.stringify(params.allowedValues)}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    default:
      return message;
  }
}
