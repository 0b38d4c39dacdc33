const parameter = 'revision';

/** The URL of a revision of a module: Node caches a module by its URL, so each revision has its own. */
export function revisedUrl(url: string, revision: number | undefined): string {
  if (revision === undefined || new URL(url).searchParams.has(parameter)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${parameter}=${revision}`;
}

/** The URL without its query. */
export function plainUrl(url: string): string {
  return url.replace(/\?.*$/, '');
}

/** A stack whose URLs have no revisions. */
export function withoutRevisions(stack: string): string {
  return stack.replaceAll(/[?&]revision=\d+/g, '');
}
