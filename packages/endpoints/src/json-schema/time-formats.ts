const date = /^(\d{4})-(\d\d)-(\d\d)$/;
const time = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(z|[+-]\d\d(?::?\d\d)?)?$/i;
const fullOffset = /^(?:z|[+-]\d\d:\d\d)$/i;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export interface TimeOptions {
  /** Whether it must have a UTC offset, as in RFC 3339. */
  readonly needsOffset: boolean;
}

/** `full-date` of RFC 3339. */
export function isDate(value: string): boolean {
  const [, year = 0, month = 0, day = 0] = (date.exec(value) ?? []).map(Number);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (daysOfMonth[month - 1] ?? 0);
  return day >= 1 && day <= days;
}

/** `full-time` of RFC 3339; a leap second only where UTC can have one. */
export function isTime(value: string, { needsOffset }: TimeOptions): boolean {
  const [, hours, minutes, seconds, offset] = time.exec(value) ?? [];
  if (hours === undefined || (needsOffset && !fullOffset.test(offset ?? ''))) return false;
  const [offsetHours, offsetMinutes] = readOffset(offset);
  if (Number(hours) > 23 || Number(minutes) > 59 || offsetHours > 23 || offsetMinutes > 59) return false;
  if (Number(seconds) < 60) return true;
  const sign = offset?.startsWith('-') ? 1 : -1;
  const utc = Number(hours) * 60 + Number(minutes) + sign * (offsetHours * 60 + offsetMinutes);
  return Number(seconds) === 60 && (utc + 2 * 1440) % 1440 === 1439;
}

function readOffset(offset: string | undefined): readonly [hours: number, minutes: number] {
  if (offset === undefined || offset.toLowerCase() === 'z') return [0, 0];
  const digits = offset.slice(1).replace(':', '');
  return [Number(digits.slice(0, 2)), Number(digits.slice(2) || 0)];
}

/** `date-time` of RFC 3339. */
export function isDateTime(value: string, options: TimeOptions): boolean {
  if (!/^[t\s]$/i.test(value.charAt(10))) return false;
  return isDate(value.slice(0, 10)) && isTime(value.slice(11), options);
}

const duration =
  /^P(?:\d+W|(?=[\dT])(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$/;

/** `duration` of RFC 3339, appendix A. */
export function isDuration(value: string): boolean {
  return value.length <= 256 && duration.test(value);
}
