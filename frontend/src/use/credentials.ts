import { computed, ref, shallowRef } from 'vue';
import { credentialHeaders, fieldsOf, type Given, placeholderHeaders } from '../lib/credential.ts';
import type { HttpCall } from '../lib/curl.ts';
import { type FetchOptions, fetchText } from '../lib/fetch-text.ts';
import type { Operation } from '../lib/open-api.ts';
import { apiDocument, apiDocumentLoaded } from './api-document.ts';
import { readSession, writeSession } from './session.ts';

const storedAs = 'credentials';

/** The user's credentials, kept for this tab only. */
export const given = shallowRef<Given>(readGiven());

/** Whether the dialog for credentials is open. */
export const areCredentialsAsked = ref(false);

/** The header fields for credentials; empty if no endpoint needs any. */
export const credentialFields = computed(() => apiDocument.value?.credentials ?? []);

/** The headers with the user's credentials, if any. */
export const ownHeaders = computed(() => {
  const headers = credentialHeaders(credentialFields.value, given.value);
  return Object.keys(headers).length > 0 ? headers : undefined;
});

/** Replaces the credentials. */
export function give(next: Given): void {
  given.value = next;
  writeSession(storedAs, Object.keys(next).length > 0 ? next : undefined);
}

/**
 * Fetches the text at a URL of this host with the user's credentials.
 *
 * @throws ProblemError on a failure or a timeout.
 */
export async function fetchOwn(url: string, options: FetchOptions = {}): Promise<string> {
  // It lists the headers for credentials.
  await apiDocumentLoaded();
  return fetchText(url, { ...options, headers: ownHeaders.value ?? {} });
}

/** A call as it is sent, with credentials if the endpoint needs them. */
export function credentialed(call: HttpCall, { schemes }: Operation): HttpCall {
  const headers = credentialHeaders(fieldsOf(credentialFields.value, schemes), given.value);
  return { ...call, headers: { ...call.headers, ...headers } };
}

/** The same headers with placeholders for secrets. */
export function placeholders({ schemes }: Operation): Given {
  return placeholderHeaders(fieldsOf(credentialFields.value, schemes), given.value);
}

function readGiven(): Given {
  const stored = readSession(storedAs);
  return typeof stored === 'object' && stored !== null ? (stored as Given) : {};
}
