import type { Bus } from '@restmapper/bus';
import type { Log } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createAdminServer } from './admin.ts';
import { usesDatabase } from './database-use.ts';
import { formatBanner } from './banner.ts';
import type { FileReport } from './file-report.ts';
import { Closers } from './closers.ts';
import type { Terminal } from './terminal.ts';
import { closeServer, listen } from '../http/http-server.ts';
import { createHostRule } from '../http/hosts.ts';
import { createLogger } from './logger.ts';
import { isLoopback } from '../http/loopback.ts';
import { openModel } from './model-file.ts';
import { ReadinessProbe } from './readiness.ts';
import type { RoleSpec } from './role.ts';
import { parseSettings, type Settings } from './settings.ts';
import { createStatusReader, type PartitionShare, type StatusReader } from './process-status.ts';

/** Container runtimes kill ten seconds after SIGTERM; the process exits before that. */
export const shutdownTimeoutMs = 9_000;

/** A long-running process while its parts are being opened. */
export interface Service {
  readonly role: RoleSpec;
  /** The workers that run here. @default all of the file */
  readonly workers: readonly string[] | undefined;
  readonly settings: Settings;
  /** The model now in force. */
  readonly model: Model;
  readonly log: Log;
  readonly registry: Registry;
  readonly readiness: ReadinessProbe;
  readonly closers: Closers;
  /** Returns this process's status. */
  readonly status: StatusReader;
  /** What it says about its files, if it follows them. */
  readonly fileReport: FileReport | undefined;
  /** Puts another model in force. */
  adopt(model: Model): void;
  /** Reports the partitions of the workers that run here. */
  reportShares(read: ShareReader): void;
  reportFiles(report: FileReport): void;
}

type ShareReader = () => ReadonlyMap<string, PartitionShare>;

/** What a service is made of. */
export interface ServiceFacts {
  readonly role: RoleSpec;
  readonly settings: Settings;
  readonly model: Model;
  readonly log: Log;
  /** The workers to run. @default all of the file */
  readonly workers?: readonly string[] | undefined;
}

/** Makes a service, with nothing opened yet. */
export function createService({ role, settings, model, log, workers }: ServiceFacts): Service {
  let now = model;
  let fileReport: FileReport | undefined;
  let shares: ShareReader | undefined;
  const readiness = new ReadinessProbe();
  const registry = new Registry();
  const facts = {
    role,
    settings,
    workers,
    log,
    readiness,
    registry,
    get model() {
      return now;
    },
    get fileReport() {
      return fileReport;
    },
    get shares() {
      return shares;
    },
  };
  // Reading `model` later returns the model in force then.
  return Object.assign(facts, {
    closers: new Closers(),
    status: createStatusReader(facts),
    adopt: (next: Model) => void (now = next),
    reportFiles: (next: FileReport) => void (fileReport = next),
    reportShares: (read: ShareReader) => void (shares = read),
  });
}

export interface ServiceOptions {
  readonly file: string;
  readonly terminal: Terminal;
  /** The workers to run. @default all of the file */
  readonly workers?: readonly string[] | undefined;
}

/** The contributions of a service's parts to its banner. */
export interface Opened {
  readonly urls: readonly (readonly [name: string, url: string])[];
  readonly bus: Bus;
}

/** How long the banner waits for the broker's first response. */
const firstWordMs = 2_000;

/**
 * Runs a service until it is asked to stop, then drains it; resolves with the exit code.
 *
 * @throws ConfigError before anything is left open.
 */
export async function runService(
  role: RoleSpec,
  open: (service: Service) => Promise<Opened>,
  { file, terminal, workers }: ServiceOptions,
): Promise<number> {
  const settings = parseSettings(terminal.env, { role, readFile: terminal.readFile });
  const model = openModel(file, terminal.env);
  const log = createLogger({ level: settings.logLevel, role: role.name, terminal: terminal.isTerminal });
  const service = createService({ role, settings, model, log, workers });
  const stopped = terminal.stopRequested.then(() => log.info({}, 'stopping'));
  let opened: Opened | undefined;
  let clean = false;
  try {
    service.readiness.begin();
    const adminUrl = await openAdmin(service);
    opened = await openUnless(stopped, open(service));
    if (opened) {
      service.readiness.started();
      await Promise.race([firstWordOf(opened.bus), stopped]);
      terminal.printError(await describeService(service, opened, adminUrl));
      await stopped;
    }
  } finally {
    service.readiness.drain();
    clean = await service.closers.closeAll({ timeoutMs: shutdownTimeoutMs, log });
  }
  // Parts still being opened cannot be asked to stop; they must survive a crash anyway.
  if (!opened) terminal.exit(clean ? 0 : 1);
  return clean ? 0 : 1;
}

/** The opened part; `undefined` if the process stops before that. */
async function openUnless(stopped: Promise<void>, opening: Promise<Opened>): Promise<Opened | undefined> {
  // It must not delay the process's exit.
  opening.catch(() => {});
  return (await Promise.race([opening, stopped])) ?? undefined;
}

/** Resolves once the bus is up, or has a reason for being down, or after a timeout. */
async function firstWordOf(bus: Bus): Promise<void> {
  if (bus.status.state === 'up') return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, firstWordMs);
    const ignore = bus.onStatus(() => {
      ignore();
      clearTimeout(timer);
      resolve();
    });
  });
}

async function describeService(service: Service, { urls }: Opened, adminUrl: string): Promise<string> {
  const { model, settings, readiness } = service;
  const { checks } = await readiness.read();
  const facts = { model, settings, checks, usesDatabase: usesDatabase(service) };
  return formatBanner({ ...facts, urls: [...urls, ['admin', adminUrl]] });
}

/** Opens the internal server; resolves with its URL. */
async function openAdmin({ settings, registry, readiness, status, log, closers }: Service): Promise<string> {
  collectDefaultMetrics({ register: registry });
  const { host, allowedHosts } = settings;
  // Probes use the address of a process that is reachable by others.
  const isAllowedHost = createHostRule({ host, allowedHosts: isLoopback(host) ? allowedHosts : [] });
  const server = createAdminServer({ readiness, registry, status, log, isAllowedHost });
  const port = await listen(server, { host, port: settings.adminPort, setting: 'ADMIN_PORT' });
  closers.addLast('admin', server, closeServer);
  return `http://${host}:${port}/readyz`;
}
