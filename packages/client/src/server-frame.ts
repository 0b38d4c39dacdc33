/** A frame of the server, one JSON object per text frame. */
export type ServerFrame =
  | WelcomeFrame
  | AuthFrame
  | OkFrame
  | MessageFrame
  | GapFrame
  | EndFrame
  | HeartbeatFrame
  | ErrorFrame
  | ByeFrame;

/** The connection is ready; `ping` is the heartbeat interval in seconds. */
export interface WelcomeFrame {
  readonly t: 'welcome';
  readonly ping: number;
}

/** The client is authenticated, until its token expires. */
export interface AuthFrame {
  readonly t: 'auth';
  readonly expiresInMs?: number;
}

/** A subscription starts, and `replay` earlier messages follow; or, without `at`, it ended. */
export interface OkFrame {
  readonly t: 'ok';
  readonly id: number;
  readonly feed: string;
  readonly at?: string;
  readonly recovered?: boolean;
  readonly replay?: number;
}

export interface MessageFrame {
  readonly t: 'm';
  readonly f: string;
  readonly o: number;
  readonly d: unknown;
  readonly ts: number;
}

export interface GapFrame {
  readonly t: 'gap';
  readonly f: string;
  readonly from: number;
  readonly to: number;
  readonly why: string;
}

/** The server serves the feed no more: `removed`, or `changed` when there is another one of this name. */
export interface EndFrame {
  readonly t: 'end';
  readonly f: string;
  readonly why: string;
}

/** Positions by feed: everything up to them was sent, or did not match. */
export interface HeartbeatFrame {
  readonly t: 'p';
  readonly at: Readonly<Record<string, string>>;
}

export interface ErrorFrame {
  readonly t: 'err';
  readonly id?: number;
  readonly code: string;
  readonly retry: boolean;
  readonly detail: string;
}

/** The server is about to close, with this code; without `retryMs`, the client must not reconnect. */
export interface ByeFrame {
  readonly t: 'bye';
  readonly code: number;
  readonly retryMs?: number;
  readonly why: string;
}

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isPosition: Check = (value) => typeof value === 'string' && /^[^:]+:-?\d+$/.test(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const isPositions: Check = (value) => isObject(value) && Object.values(value).every(isPosition);

const members: Readonly<Record<ServerFrame['t'], Readonly<Record<string, Check>>>> = {
  welcome: { ping: isNumber },
  auth: { expiresInMs: optional(isNumber) },
  ok: {
    id: isNumber,
    feed: isString,
    at: optional(isPosition),
    recovered: optional(isBoolean),
    replay: optional(isNumber),
  },
  m: { f: isString, o: isNumber, ts: isNumber },
  gap: { f: isString, from: isNumber, to: isNumber, why: isString },
  end: { f: isString, why: isString },
  p: { at: isPositions },
  err: { code: isString, retry: isBoolean, detail: isString },
  bye: { code: isNumber, retryMs: optional(isNumber), why: isString },
};

/**
 * Reads a frame; `undefined` for an unknown kind, from a later version.
 *
 * @throws SyntaxError if it violates the protocol.
 */
export function parseServerFrame(text: string): ServerFrame | undefined {
  const frame: unknown = JSON.parse(text);
  if (!isObject(frame) || typeof frame['t'] !== 'string') throw new SyntaxError(`not a frame: ${text}`);
  const kind = frame['t'];
  if (!isKnown(kind)) return undefined;
  for (const [name, check] of Object.entries(members[kind])) {
    if (!check(frame[name])) throw new SyntaxError(`invalid ${name} in a frame: ${text}`);
  }
  // Its members were just validated.
  return frame as unknown as ServerFrame;
}

function isKnown(kind: string): kind is ServerFrame['t'] {
  return Object.hasOwn(members, kind);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
