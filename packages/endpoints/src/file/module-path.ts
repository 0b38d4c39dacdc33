/** Whether a text is the path of a file: it begins like one, has no trailing slash and no NUL. */
export function isModulePath(text: string): boolean {
  return /^\.{0,2}\/[^\0]*[^/\0]$/.test(text);
}

/** Whether a text lacks only `./` to be the path of a module. */
export function looksLikeModule(text: string): boolean {
  return /^[^/].*\.[cm]?[jt]s$/.test(text);
}
