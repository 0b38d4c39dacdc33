const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Sun, 06 Nov 1994 08:49:37 GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. */
const forms = [
  /^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/,
];

/**
 * Parses a date of HTTP in any of its forms, in epoch milliseconds; `undefined` if the text is none.
 *
 * @see RFC 9110, section 5.6.7
 */
export function parseHttpDate(text: string | undefined, now: Date = new Date()): number | undefined {
  if (text === undefined) return undefined;
  const groups = forms.map((form) => form.exec(text)?.groups).find((found) => found !== undefined);
  if (!groups) return undefined;
  const { day = '', month = '', year = '', time = '' } = groups;
  const monthIndex = months.indexOf(month);
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number);
  const isTime = hours < 24 && minutes < 60 && seconds <= 60;
  if (monthIndex < 0 || !isTime) return undefined;
  const fullYear = year.length === 2 ? nearestYear(Number(year), now.getUTCFullYear()) : Number(year);
  const date = new Date(Date.UTC(fullYear, monthIndex, Number(day), hours, minutes, seconds));
  return date.getUTCDate() === Number(day) || seconds === 60 ? date.getTime() : undefined;
}

/** A year of two digits is not more than 50 years in the future. */
function nearestYear(twoDigits: number, thisYear: number): number {
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
