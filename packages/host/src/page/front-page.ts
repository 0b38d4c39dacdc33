import type { RequestListener } from 'node:http';
import type { Model } from '@restmapper/endpoints';
import { openPage, pageDirectory } from './page.ts';
import { sendNotFound, sendText } from '../http/plain-answer.ts';
import { formatRoutes } from '../process/route-table.ts';
import type { Service } from '../process/service.ts';
import { basePathOf, type Settings } from '../process/settings.ts';
import { version } from '../process/version.ts';

type FrontPageParts = Pick<Service, 'model' | 'fileReport'> & {
  readonly settings: Pick<Settings, 'basePath'>;
};

/** The front page of an embedded system: the built page, or a text without a build. */
export function openFrontPage(service: FrontPageParts): RequestListener {
  const followsFiles = service.fileReport !== undefined;
  const { basePath } = service.settings;
  const page = openPage(pageDirectory, { followsFiles, basePath });
  return page ?? serveText(() => formatFrontPage(service.model, basePathOf(service.settings)));
}

function serveText(format: () => string): RequestListener {
  return (request, response) => {
    if (request.url === '/') sendText(response, format());
    else sendNotFound(request, response);
  };
}

/** A text that lists the URLs and endpoints. */
function formatFrontPage(model: Model, basePath: string): string {
  return `restmapper ${version}\n\nAPI   ${basePath}/\nlive  /ws/v1/\n\n${formatRoutes(model)}\n`;
}
