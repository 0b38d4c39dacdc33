const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether JavaScript holds just the number that a JSON text says: 1.0 and 1e3 yes, 12345678901234567890 no. */
export function isExactNumber(text: string): boolean {
  return normalised(text) === normalised(String(Number(text)));
}

/** One spelling for each decimal: its digits without zeros at either end, and where the point stands. */
function normalised(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
