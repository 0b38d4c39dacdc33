/** How a body becomes the data of a message: by parsing JSON or a form, as a text, or as base64. */
export type BodyFormat = 'json' | 'form' | 'text' | 'binary';

/** A media type of bodies that an endpoint takes. */
export interface ConsumedType {
  /** In lower case, such as `text/csv`, or a range such as `image/*`. */
  readonly type: string;
  readonly format: BodyFormat;
}

/** The default. */
export const consumedJson: ConsumedType = { type: 'application/json', format: 'json' };

/** The media type that the file names, with its format. */
export function consumedTypeOf(written: string): ConsumedType {
  const type = written.toLowerCase();
  return { type, format: formatOf(type) };
}

function formatOf(type: string): BodyFormat {
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type.startsWith('text/')) return 'text';
  return /^application\/(?:.+\+)?json$/.test(type) ? 'json' : 'binary';
}
