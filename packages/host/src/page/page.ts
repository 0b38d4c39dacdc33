import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sendNotAllowed, sendNotFound } from '../http/plain-answer.ts';
import { createPageFile, type PageFile } from './page-file.ts';

/** Where the build puts the page. */
export const pageDirectory = fileURLToPath(new URL('../../page', import.meta.url));

/** The paths of the page's views. */
export const views: ReadonlySet<string> = new Set(['/saved', '/try', '/docs', '/system']);

/**
 * Restricts the page's scripts, content and requests to this server.
 *
 * In browsers that know `light-dark()`, which the page needs, `'self'` lets it open WebSockets to the same
 * host and port too.
 * @see https://www.w3.org/TR/CSP3/#match-url-to-source-expression
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every file of the page. */
const securityHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

export interface PageOptions {
  /** Whether the page shows what is wrong with the files of the process. @default false */
  readonly followsFiles?: boolean;
  /** The path of the API, if it is not `/api/v1`. */
  readonly basePath?: string | undefined;
}

/**
 * Serves a built page from memory: read once, so that a concurrent build cannot mix versions.
 *
 * A browser that requests one of the page's views gets `index.html`. Files named by content are cached
 * permanently, the others are revalidated each time with 304.
 *
 * `undefined` if there is no page in the directory.
 */
export function openPage(
  directory: string,
  { followsFiles = false, basePath }: PageOptions = {},
): RequestListener | undefined {
  if (!existsSync(join(directory, 'index.html'))) return undefined;
  const marks = [
    ...(followsFiles ? ['<meta name="follows-files">'] : []),
    ...(basePath === undefined ? [] : [`<meta name="base-path" content="${basePath}">`]),
  ];
  const files = readFiles(directory, (path) => {
    const content = readFileSync(path);
    return path === join(directory, 'index.html') ? mark(content, marks) : content;
  });
  return (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return sendNotAllowed(request, response);
    const file = files.get(pathOf(request));
    if (!file) return sendNotFound(request, response);
    sendFile(file, request, response);
  };
}

/** Tells the page whether to ask what is wrong with the files, and where the API is. */
function mark(html: Buffer, marks: readonly string[]): Buffer {
  return Buffer.from(html.toString('utf8').replace('</head>', `${marks.join('')}</head>`));
}

/** By their paths in URLs. */
function readFiles(directory: string, read: (path: string) => Buffer): ReadonlyMap<string, PageFile> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length));
  return new Map(
    paths.map((path) => {
      const url = path.split(sep).join('/');
      return [url, createPageFile(url, read(join(directory, path)))];
    }),
  );
}

function pathOf({ url = '/', headers }: IncomingMessage): string {
  const [path = '/'] = url.split('?');
  const isView = views.has(path.replace(/\/$/, '')) && (headers.accept ?? '').includes('text/html');
  return path === '/' || isView ? '/index.html' : path;
}

function sendFile({ plain, gzip }: PageFile, { headers }: IncomingMessage, response: ServerResponse): void {
  const { body, headers: own } = gzip && acceptsGzip(headers['accept-encoding']) ? gzip : plain;
  const all = { ...securityHeaders, ...own };
  if (isHeld(own.etag, headers['if-none-match'])) {
    response.writeHead(304, all).end();
    return;
  }
  response.writeHead(200, { ...all, 'content-length': body.length }).end(body);
}

function acceptsGzip(acceptEncoding: string | string[] | undefined): boolean {
  return String(acceptEncoding ?? '')
    .split(',')
    .some((coding) => /^\s*gzip\s*(;\s*q=(1|0?\.\d*[1-9]).*)?$/.test(coding));
}

function isHeld(etag: string, ifNoneMatch: string | undefined): boolean {
  return (ifNoneMatch ?? '').split(',').some((held) => held.trim().replace(/^W\//, '') === etag);
}
