/** Colours of pino's levels, by SGR codes. */
const levels: Readonly<Record<number, readonly [name: string, color: number]>> = {
  10: ['TRACE', 90],
  20: ['DEBUG', 34],
  30: ['INFO', 32],
  40: ['WARN', 33],
  50: ['ERROR', 31],
  60: ['FATAL', 41],
};

const cyan = 36;
const magenta = 35;

type Paint = (text: string, color: number) => string;

/** What every entry has, and a person who reads along knows. */
const known = new Set(['level', 'time', 'msg', 'pid', 'role']);

/**
 * Formats an entry of the log, a line of JSON, for a person at a terminal: time, level and message, then a line for
 * each field.
 *
 * Every line but the first is indented, so that no text in a field can pass for an entry.
 */
export function formatTerminalLine(line: string, { colors }: { readonly colors: boolean }): string {
  const paint: Paint = (text, color) =>
    colors ? `\u001b[${color}m${text}\u001b[${color === 41 ? 49 : 39}m` : text;
  const entry = JSON.parse(showControls(line)) as Readonly<Record<string, unknown>>;
  const [name, color] = levels[Number(entry['level'])] ?? ['USERLVL', 37];
  const head = `[${clockOf(Number(entry['time']))}] ${paint(name, color)}: ${paint(indent(typeof entry['msg'] === 'string' ? entry['msg'] : ''), cyan)}`;
  const fields = Object.entries(entry)
    .filter(([key]) => !known.has(key))
    .map(([key, value]) => indent(`\n${paint(key, magenta)}: ${describe(value)}`));
  return `${head}${fields.join('')}\n`;
}

/** `HH:MM:ss.mmm` of the machine's time zone. */
function clockOf(epochMs: number): string {
  const time = new Date(epochMs);
  const [h = '', m = '', s = ''] = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits);
  return `${h}:${m}:${s}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** An error by its stack, with what else it has; anything else as JSON. */
function describe(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (!('stack' in value)) return unescaped(value);
  const { stack, type: _type, message: _message, ...others } = value as Readonly<Record<string, unknown>>;
  return Object.keys(others).length === 0 ? String(stack) : `${String(stack)}\n${unescaped(others)}`;
}

/** JSON whose line feeds and backslashes are as they are in a plain string. */
function unescaped(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll(/\\([\\n])/g, (_all, escaped) =>
    escaped === 'n' ? '\n' : '\\',
  );
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}

/** A control character in a line of JSON, or an escape, which may stand for one. */
const controlOrEscape = /[\u007f-\u009f]|\\(?:u[\da-f]{4}|.)/gi;
const controlEscape = /^\\(?:u00[01]|u00[89]|u007f|[bfrt])/i;

/** Makes a line of JSON show its control characters, line feeds excepted: what others wrote commands no terminal. */
function showControls(line: string): string {
  return line.replaceAll(controlOrEscape, (found) => {
    if (found.length === 1) return `\\\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
    return controlEscape.test(found) ? `\\${found}` : found;
  });
}
