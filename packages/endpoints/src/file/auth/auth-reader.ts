import type { Auth, Scheme, SchemeKind } from '../../model/auth.ts';
import { schemes } from '../../schemes/schemes.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';

/** The `auth` section once all that violates the file's schema is gone; anything may be missing. */
export interface RawAuth {
  readonly schemes?: Readonly<Record<string, RawScheme>>;
  readonly default?: string | readonly string[];
}

/** What a scheme has under the key of its kind; the file may have one. */
type RawScheme = Readonly<Partial<Record<SchemeKind, unknown>>>;

export interface AuthContext {
  /** What the paths of its files are relative to. */
  readonly directory: string;
  /** The names of the schemes that count where nothing is named. */
  readonly defaults: readonly string[];
  readonly report: Report;
}

/** Completes the `auth` section with every default; undefined without one. */
export function readAuth(raw: RawAuth | undefined, context: AuthContext): Auth | undefined {
  if (raw === undefined) return undefined;
  const read = Object.entries(raw.schemes ?? {}).flatMap(
    ([name, scheme]) => readScheme(name, scheme, context) ?? [],
  );
  return { schemes: read, default: context.defaults };
}

function readScheme(name: string, raw: RawScheme, { directory, report }: AuthContext): Scheme | undefined {
  const spec = Object.values(schemes).find(({ key }) => raw[key] !== undefined);
  const pointer = extendPointer('/auth/schemes', name, spec?.key ?? '');
  return spec?.read(raw[spec.key], { name, pointer, directory, report });
}
