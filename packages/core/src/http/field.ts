/** A token of RFC 9110, section 5.6.2, in lower case. */
const token = /^[!#$%&'*+.^_`|~\da-z-]+$/;

/** A field value of RFC 9110, section 5.5, in ASCII only. */
const fieldValue = /^[\t -~]*$/;

/** Whether a text is the name of a header, in lower case. */
export function isFieldName(text: string): boolean {
  return token.test(text);
}

/** Whether a text can be the value of a header. */
export function isFieldValue(text: string): boolean {
  return fieldValue.test(text);
}
