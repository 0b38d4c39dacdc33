import type { Auth } from '../model/auth.ts';
import type { Endpoint } from '../model/model.ts';
import { headerFieldsOf } from '../json-schema/header-fields.ts';
import { credentialHeadersOf } from '../schemes/schemes.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

/** Reports declared request headers that carry the credentials of a scheme of the file. */
export function checkCredentialHeaders(
  endpoints: readonly Endpoint[],
  auth: Auth | undefined,
  report: Report,
): void {
  const schemes = auth?.schemes ?? [];
  for (const { key, headers } of endpoints) {
    for (const { name } of headers === undefined ? [] : headerFieldsOf(headers)) {
      const scheme = schemes.find((candidate) => credentialHeadersOf(candidate).includes(name));
      if (!scheme) continue;
      const message = `\`${name}\` carries the credentials of \`${scheme.name}\`, which workers do not get; they have \`identity\``;
      report.atKey(placeOf(name, extendPointer('/endpoints', key, 'headers'), report), message);
    }
  }
}

/** The file may write the name in another case, or elsewhere. */
function placeOf(name: string, pointer: string, report: Report): string {
  const place = extendPointer(pointer, 'properties', name);
  return report.has(place) ? place : pointer;
}
