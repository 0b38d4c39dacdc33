/** A file of test cases, as written. */
export interface RawCaseFile {
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly prepare?: readonly string[];
  readonly given?: readonly string[];
  readonly cases: Readonly<Record<string, readonly Step[]>>;
}

/** A step of a case: it has one of `request`, `message` and `sql`. */
export interface Step {
  /** `METHOD /path?query` */
  readonly request?: string;
  /** An endpoint's key. */
  readonly message?: string;
  readonly sql?: string;
  readonly headers?: Readonly<Record<string, HeaderValue>>;
  readonly body?: unknown;
  readonly text?: string;
  readonly form?: Readonly<Record<string, FormValue | readonly FormValue[]>>;
  readonly base64?: string;
  /** The path of the file to send. */
  readonly file?: string;
  readonly data?: unknown;
  readonly args?: unknown;
  readonly params?: unknown;
  readonly identity?: IdentityFields;
  readonly stubs?: Readonly<Record<string, Stub>>;
  readonly expect?: Expectation;
}

/** The value of a field of a form. */
export type FormValue = string | number | boolean;

/** The value of a header; a list is sent as one value, with commas. */
export type HeaderValue = string | number | boolean | readonly string[];

/** A caller; what is absent is empty. */
export interface IdentityFields {
  readonly subject: string;
  readonly scheme?: string;
  readonly scopes?: readonly string[];
  readonly claims?: Readonly<Record<string, unknown>>;
}

/** The reply in place of a worker: a value with what goes with it, or an error. */
export interface Stub {
  readonly reply?: unknown;
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly error?: { readonly status: number; readonly code: string; readonly detail?: string };
}

/** What a step must lead to; what is absent is not compared, except that nothing may fail. */
export interface Expectation {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly reply?: unknown;
  readonly rows?: unknown;
  readonly published?: readonly Readonly<Record<string, unknown>>[];
  readonly deadLetters?: readonly Readonly<Record<string, unknown>>[];
}
