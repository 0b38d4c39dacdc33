import { type Endpoint, parseEndpoints } from '@restmapper/endpoints';

/** The first endpoint of a YAML text. */
export function readEndpoint(text: string): Endpoint {
  const [endpoint] = parseEndpoints(`endpoints:\n${text}`, { file: 'e.yaml', directory: '/' }).endpoints;
  if (!endpoint) throw new Error('the text has no endpoint');
  return endpoint;
}
