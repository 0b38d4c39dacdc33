const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Whether JavaScript can represent a JSON number exactly: 1.0 and 1e3 yes, 12345678901234567890 no. */
export function isExactNumber(text: string): boolean {
  return normalised(text) === normalised(String(Number(text)));
}

/**
 * A canonical spelling of a decimal: its digits without leading and trailing zeros, and the point's place.
 */
function normalised(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? [];
  if (whole === '') return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
