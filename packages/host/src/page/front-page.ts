import type { RequestListener } from 'node:http';
import type { Model } from '@restmapper/endpoints';
import { openPage, pageDirectory } from './page.ts';
import { sendNotFound, sendText } from '../http/plain-answer.ts';
import { formatRoutes } from '../process/route-table.ts';
import type { Service } from '../process/service.ts';
import { version } from '../process/version.ts';

/** The front page of an embedded system: the built page, or a text without a build. */
export function openFrontPage(service: Pick<Service, 'model' | 'fileReport'>): RequestListener {
  const followsFiles = service.fileReport !== undefined;
  return openPage(pageDirectory, { followsFiles }) ?? serveText(() => formatFrontPage(service.model));
}

function serveText(format: () => string): RequestListener {
  return (request, response) => {
    if (request.url === '/') sendText(response, format());
    else sendNotFound(request, response);
  };
}

/** A text that lists the URLs and endpoints. */
function formatFrontPage(model: Model): string {
  return `restmapper ${version}\n\nAPI   /api/v1/\nlive  /ws/v1/\n\n${formatRoutes(model)}\n`;
}
