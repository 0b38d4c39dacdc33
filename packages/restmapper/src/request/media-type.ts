const json = /^application\/(?:[\w.!#$&^-]+\+)?json$/i;
const utf8 = /^"?utf-8"?$/i;

/** Whether a Content-Type names JSON in UTF-8: `application/json`, or any `application/…+json`. */
export function isJsonMediaType(contentType: string | undefined): boolean {
  if (contentType === 'application/json') return true;
  const [type = ''] = (contentType ?? '').split(';', 1);
  return json.test(type.trim()) && isUtf8Type(contentType ?? '');
}

/** Whether a Content-Type names UTF-8, or no character encoding. */
export function isUtf8Type(contentType: string): boolean {
  const [, ...parameters] = contentType.split(';').map((part) => part.trim());
  return parameters.every(isAcceptableParameter);
}

function isAcceptableParameter(parameter: string): boolean {
  const [name = '', value = ''] = parameter.split('=', 2);
  return name.toLowerCase() !== 'charset' || utf8.test(value);
}
