import { parseNetworks } from '../http/client-address.ts';
import { parseAllowedHosts } from '../http/hosts.ts';
import { parseAmqpUrls } from './broker-settings.ts';
import { checkDatabaseUrl } from './database-settings.ts';
import { parseAllowedOrigins } from './origin-settings.ts';
import type { RoleSpec } from './role.ts';
import type { ParseContext, Setting } from './setting.ts';
import {
  logLevels,
  parseBasePath,
  parseBytes,
  parseCount,
  parseList,
  parseLogLevel,
  parsePeers,
  parsePort,
  parseSwitch,
} from './setting-values.ts';

/** Every setting of a process, in the order in which help and documentation list them. */
export const settingList = {
  amqpUrls: {
    name: 'AMQP_URL',
    isSecret: true,
    parse: (text: string, { readFile }: ParseContext) => parseAmqpUrls(text, readFile),
    help: 'RabbitMQ, such as amqp://user:password@host:5672/vhost; comma-separated for a cluster',
    docs: {
      unset: 'none: embedded',
      text: '`amqp://user:password@host:5672/vhost`; several, comma-separated, for a cluster',
    },
  },
  databaseUrl: {
    name: 'DATABASE_URL',
    isSecret: true,
    parse: (text: string, { name, readFile }: ParseContext) => {
      if (text === '') return undefined;
      checkDatabaseUrl(name, text, readFile);
      return text;
    },
    help: 'PostgreSQL, such as postgres://user:password@host:5432/name',
    docs: {
      unset: 'none: embedded; with `work` only if `DATA_DIR` is set',
      text: '`postgres://user:password@host:5432/name`',
    },
  },
  port: {
    name: 'PORT',
    default: ({ ports }: RoleSpec) => ports.port,
    parse: parsePort,
    help: '{default}',
    docs: { text: '0 picks a free port' },
  },
  adminPort: {
    name: 'ADMIN_PORT',
    default: ({ ports }: RoleSpec) => ports.adminPort,
    parse: parsePort,
    help: '/livez, /readyz, /metrics and /status: PORT + 1000; {default}',
    docs: { unset: '`PORT` + 1000', text: 'the internal server; keep it off public networks' },
  },
  host: {
    name: 'HOST',
    default: '127.0.0.1',
    parse: (text: string) => text,
    help: 'the address to listen on ({default})',
    docs: { text: '0.0.0.0 in a container' },
  },
  allowedHosts: {
    name: 'ALLOWED_HOSTS',
    parse: (text: string) => parseAllowedHosts(parseList(text)),
    help: 'the host names it answers to: api.example,…; on loopback also localhost and the like',
    docs: {
      unset: "on loopback the machine's own names, else any",
      text: 'the host names that a process answers to: `api.example,*.shop.example` or `*`; see [below](#which-host-names-does-a-process-answer-to)',
    },
  },
  basePath: {
    name: 'BASE_PATH',
    parse: parseBasePath,
    help: 'the path of the API, such as /orders/v2 (start: /api/v1; serve: none)',
    docs: {
      unset: '`start`: `/api/v1`; `serve`: none, for a proxy that removes `/api/v1`',
      text: 'the path of the API, such as `/orders/v2`; see [below](#under-which-path-is-the-api)',
    },
  },
  peers: {
    name: 'PEERS',
    parse: parsePeers,
    help: 'admin URLs of the other processes, for /system/v1/: http://live:9082,http://worker:9083',
    docs: {
      unset: 'none',
      text: "the other processes' internal servers, comma-separated: `http://live:9082`; see [below](#how-do-i-see-the-whole-system)",
    },
  },
  deadLetters: {
    name: 'DEAD_LETTERS',
    parse: parseSwitch,
    help: 'on or off: whether the page may show, replay and delete dead letters (on for start on loopback)',
    docs: {
      unset: '`start` on loopback: on; else off',
      text: 'on or off: whether users of the page, with an `auth` section those with the scope, may see, replay and delete [dead letters](#can-the-page-do-this)',
    },
  },
  dataDir: {
    name: 'DATA_DIR',
    default: '.restmapper',
    parse: (text: string) => text,
    help: "the embedded database's folder ({default})",
    docs: { text: "the embedded database's folder" },
  },
  logLevel: {
    name: 'LOG_LEVEL',
    default: 'info',
    parse: parseLogLevel,
    help: 'debug, info, warn, error or silent ({default})',
    docs: { text: logLevels.join(', ') },
  },
  trustedProxies: {
    name: 'TRUSTED_PROXIES',
    parse: (text: string) => parseNetworks(parseList(text)),
    help: 'the proxies whose X-Forwarded-For is trusted: 10.0.0.0/8,…',
    docs: {
      unset: 'none',
      text: 'the proxies whose `X-Forwarded-For` is trusted, by address or network: `10.0.0.0/8,::1`; see [below](#which-client-address-counts)',
    },
  },
  maxConnectionsPerAddress: {
    name: 'MAX_CONNECTIONS_PER_ADDRESS',
    default: '1000',
    parse: parseCount,
    docs: {
      text: 'the maximum number of concurrent connections from one address to a process; see [below](#which-client-address-counts)',
    },
  },
  maxHeldBytes: {
    name: 'MAX_HELD_BYTES',
    default: '256MB',
    parse: parseBytes,
    help: 'the maximum bytes of bodies and answers that a gateway holds ({default})',
    docs: {
      text: 'the maximum bytes of bodies and answers that a gateway holds for its callers, from 1MB; see [below](#how-much-memory-does-a-gateway-take)',
    },
  },
  allowedOrigins: {
    name: 'ALLOWED_ORIGINS',
    parse: (text: string) => parseAllowedOrigins(parseList(text)),
    help: 'origins whose pages may call and watch, besides its own: https://app.example,… or *',
    docs: {
      unset: 'none',
      text: 'origins whose pages may call and watch, besides the same host: `https://app.example,…` or `*`; see [below](#which-pages-may-call)',
    },
  },
  allowCredentials: {
    name: 'ALLOW_CREDENTIALS',
    default: 'off',
    parse: (text: string, context: ParseContext) => parseSwitch(text, context) === 'on',
    help: 'on: pages of these origins may use cookies',
    docs: {
      text: 'on: pages of these origins may use the cookies that browsers have for this host; not with `*`',
    },
  },
  timing: {
    name: 'TIMING',
    default: 'off',
    parse: (text: string, context: ParseContext) => parseSwitch(text, context) === 'on',
    help: 'on: answers say in Server-Timing where their time went',
    docs: {
      text: 'on: answers say in [`Server-Timing`](wire-protocol.md#where-does-the-time-of-a-call-go) where their time went',
    },
  },
} satisfies Record<string, Setting<unknown>>;
