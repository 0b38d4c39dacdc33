import type { Access } from '../../model/access.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';
import { didYouMean } from '../../yaml/suggestion.ts';

/** The access keys of an endpoint or a feed. */
export interface RawAccess {
  readonly auth?: string | readonly string[];
  readonly scopes?: readonly string[];
  readonly public?: boolean;
}

export interface AccessContext {
  /** The names of the file's schemes, including invalid ones; undefined without an `auth` section. */
  readonly schemeNames: readonly string[] | undefined;
  /** The default schemes. */
  readonly defaults: readonly string[];
  /** The schemes whose credentials sign a body. */
  readonly signing: readonly string[];
  readonly report: Report;
}

/** The place of an endpoint or a feed, and whether a call of it has a body. */
export interface AccessPlace {
  readonly pointer: string;
  readonly hasBody: boolean;
}

/** Reads who may use an endpoint or feed. */
export function readAccess(raw: RawAccess, place: AccessPlace, context: AccessContext): Access {
  const { pointer } = place;
  const { schemeNames, report } = context;
  for (const key of ['auth', 'scopes'] as const) {
    if (raw[key] === undefined) continue;
    const place = extendPointer(pointer, key);
    if (schemeNames === undefined) {
      report.atKey(place, `\`${key}\` protects nothing: the file has no \`auth\` section`);
    } else if (raw.public) {
      report.atKey(place, `\`${key}\` does not go with \`public: true\``);
    }
  }
  if (raw.public || (schemeNames === undefined && raw.public === undefined)) return { kind: 'public' };
  return { kind: 'protected', schemes: readSchemes(raw.auth, place, context), scopes: raw.scopes ?? [] };
}

/** Without a body to be signed, a default that signs one is passed over, and one that is named is a mistake. */
function readSchemes(
  raw: RawAccess['auth'],
  { pointer, hasBody }: AccessPlace,
  context: AccessContext,
): readonly string[] {
  const { defaults, signing, report } = context;
  const isPossible = (name: string): boolean => hasBody || !signing.includes(name);
  if (raw === undefined) {
    const possible = defaults.filter(isPossible);
    if (possible.length === 0 && defaults.length > 0) {
      report.atKey(
        pointer,
        `its scheme \`${defaults[0]}\` signs a body, and there is none; name another one in \`auth\`, or say \`public: true\``,
      );
    }
    return possible;
  }
  const place = extendPointer(pointer, 'auth');
  const names = readNames(raw, place, context);
  for (const [index, name] of names.entries()) {
    if (isPossible(name)) continue;
    const at = typeof raw === 'string' ? place : extendPointer(place, index);
    report.atValue(at, `the scheme \`${name}\` signs a body, and there is none`);
  }
  return names.filter(isPossible);
}

/** Reads the names of schemes; reports unknown ones. */
export function readNames(
  raw: string | readonly string[],
  pointer: string,
  { schemeNames = [], report }: Pick<AccessContext, 'schemeNames' | 'report'>,
): readonly string[] {
  const names = [raw].flat();
  for (const [index, name] of names.entries()) {
    if (schemeNames.includes(name) || schemeNames.length === 0) continue;
    const place = typeof raw === 'string' ? pointer : extendPointer(pointer, index);
    report.atValue(place, `there is no scheme \`${name}\`${didYouMean(name, schemeNames)}`);
  }
  return names;
}
