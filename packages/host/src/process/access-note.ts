import { type Model, urlsOf } from '@restmapper/endpoints';

/** Says who may call, in one line: without an `auth` section anybody may, and that should surprise nobody. */
export function describeAccess({ auth, endpoints, feeds }: Model): string {
  if (!auth) return 'everything is public: anyone may call and watch (the file has no `auth` section)';
  const open = [
    ...endpoints.filter(({ access }) => access.kind === 'public').map(({ key }) => key),
    ...feeds.filter(({ access }) => access.kind === 'public').map(({ name }) => `feed ${name}`),
  ];
  const schemes = auth.schemes.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  return `protected by ${schemes}; public: ${open.length > 0 ? open.join(', ') : 'nothing'}`;
}

/** Keys and questions that travel unencrypted, to hosts other than this one. */
export function unencryptedUrls({ auth }: Model): readonly string[] {
  return (auth?.schemes ?? []).flatMap(urlsOf).filter((url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  });
}
