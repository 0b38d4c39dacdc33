const whole = new Intl.NumberFormat('en');
const time = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
});
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

/** `12,345` */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** `1 message`, `12,345 messages` */
export function formatCountOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A rate per second, with one decimal place below ten. */
export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.05) return '< 0.1';
  return perSecond < 9.95 ? String(Math.round(perSecond * 10) / 10) : formatCount(Math.round(perSecond));
}

/** The time of day in the reader's zone, `13:04:05.123`. */
export function formatTime(epochMs: number): string {
  return time.format(epochMs);
}

/** Date and time in the reader's zone. */
export function formatMoment(epochMs: number): string {
  return moment.format(epochMs);
}
