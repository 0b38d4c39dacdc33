/** RFC 9110, section 8.8.3, in ASCII only. */
const entityTag = /^(?:W\/)?"[!#-~]*"$/;

/** Whether a text is an entity tag, as in the header `etag`: `"7"`, or `W/"7"`. */
export function isEntityTag(text: string): boolean {
  return entityTag.test(text);
}
