import { type Model, urlsOf } from '@restmapper/endpoints';

/** States who may call, in one line, since without an `auth` section anyone may. */
export function describeAccess({ auth, endpoints, feeds }: Model): string {
  if (!auth) return 'everything is public: anyone may call and watch (the file has no `auth` section)';
  const open = [
    ...endpoints.filter(({ access }) => access.kind === 'public').map(({ key }) => key),
    ...feeds.filter(({ access }) => access.kind === 'public').map(({ name }) => `feed ${name}`),
  ];
  const schemes = auth.schemes.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  return `protected by ${schemes}; public: ${open.length > 0 ? open.join(', ') : 'nothing'}`;
}

/** The URLs that schemes call unencrypted on other hosts. */
export function unencryptedUrls({ auth }: Model): readonly string[] {
  return (auth?.schemes ?? []).flatMap(urlsOf).filter((url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  });
}
