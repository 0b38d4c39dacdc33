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
  readonly report: Report;
}

/** Reads who may use the endpoint or feed at a pointer. */
export function readAccess(raw: RawAccess, pointer: string, context: AccessContext): Access {
  const { schemeNames, defaults, report } = context;
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
  const schemes =
    raw.auth === undefined ? defaults : readNames(raw.auth, extendPointer(pointer, 'auth'), context);
  return { kind: 'protected', schemes, scopes: raw.scopes ?? [] };
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
