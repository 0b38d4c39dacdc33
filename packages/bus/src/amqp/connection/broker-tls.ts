import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { BrokerTls } from './broker-parameters.ts';
import { asError } from '@restmapper/core';

/** The TLS options of a connection, as `tls.connect` takes them. */
export interface TlsOptions extends SecureContextOptions {
  readonly servername?: string;
  readonly rejectUnauthorized?: false;
}

/**
 * Reads the files that a broker's URL names.
 *
 * @throws Error with an explanation if a file is unreadable or not PEM.
 */
export function readBrokerTls(tls: BrokerTls, readFile: (path: string) => string): TlsOptions {
  const { cacertfile, certfile, keyfile, servername, isVerified = true } = tls;
  const read = (name: string, path: string, isCertificate: boolean): string => {
    const text = readText(name, path, readFile);
    checkPem(`${name} ${path}`, text, isCertificate);
    return text;
  };
  const options = {
    ...(cacertfile !== undefined && { ca: read('cacertfile', cacertfile, true) }),
    ...(certfile !== undefined && { cert: read('certfile', certfile, true) }),
    ...(keyfile !== undefined && { key: read('keyfile', keyfile, false) }),
  };
  checkPair(options, `certfile ${certfile} and keyfile ${keyfile}`);
  return {
    ...options,
    ...(servername !== undefined && { servername }),
    ...(!isVerified && { rejectUnauthorized: false }),
  };
}

function readText(name: string, path: string, readFile: (path: string) => string): string {
  try {
    return readFile(path);
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const reason = isMissing ? 'there is no such file' : asError(error).message;
    throw new Error(`cannot read ${name} ${path}: ${reason}`, { cause: error });
  }
}

function checkPem(what: string, text: string, isCertificate: boolean): void {
  const pattern = isCertificate
    ? /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/
    : /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
  if (pattern.test(text)) return;
  throw new Error(`${what} does not hold a ${isCertificate ? 'certificate' : 'private key'} in PEM`);
}

function checkPair(options: SecureContextOptions, what: string): void {
  try {
    createSecureContext(options);
  } catch (error) {
    const { message: reason } = asError(error);
    throw new Error(`${options.cert ? what : 'the cacertfile'} cannot be used: ${reason}`, { cause: error });
  }
}
