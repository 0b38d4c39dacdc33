import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the page, uncompressed, and compressed if that is smaller. */
export interface PageFile {
  readonly plain: Representation;
  readonly gzip: Representation | undefined;
}

export interface Representation {
  readonly body: Buffer;
  readonly headers: OutgoingHttpHeaders & { readonly etag: string };
}

const text = 'charset=utf-8';
const mediaTypes: Readonly<Record<string, string>> = {
  '.css': `text/css; ${text}`,
  '.html': `text/html; ${text}`,
  '.ico': 'image/x-icon',
  '.js': `text/javascript; ${text}`,
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': `text/plain; ${text}`,
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};

/** File types that compress well; the others are already compressed. */
const compressible = /^text\/|json$|svg\+xml$/;

/** Below a packet's size there is nothing to gain. */
const leastGzipBytes = 1000;

/** Creates the response for a file of the page, whose path begins with a slash. */
export function createPageFile(path: string, body: Buffer): PageFile {
  const type = mediaTypes[extname(path)] ?? 'application/octet-stream';
  const headers = {
    'content-type': type,
    'cache-control': isNamedByContent(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  };
  const hash = createHash('sha256').update(body).digest('base64url');
  const plain = { body, headers: { ...headers, etag: `"${hash}"` } };
  if (!compressible.test(type) || body.length < leastGzipBytes) return { plain, gzip: undefined };
  const gzip = { 'content-encoding': 'gzip', etag: `"${hash}-gzip"` };
  return { plain, gzip: { body: gzipSync(body), headers: { ...headers, ...gzip } } };
}

/** Vite names files in `assets/` after their content, so they never change. */
function isNamedByContent(path: string): boolean {
  return path.startsWith('/assets/');
}
