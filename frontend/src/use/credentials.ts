import { computed, ref, shallowRef } from 'vue';
import { credentialHeaders, fieldsOf, type Given, placeholderHeaders } from '../lib/credential.ts';
import type { HttpCall } from '../lib/curl.ts';
import { type FetchOptions, fetchText } from '../lib/fetch-text.ts';
import type { Operation } from '../lib/open-api.ts';
import { apiDocument, apiDocumentLoaded } from './api-document.ts';
import { readSession, writeSession } from './session.ts';

const storedAs = 'credentials';

/** What somebody put in to show who calls; it is this tab's, and ends with it. */
export const given = shallowRef<Given>(readGiven());

/** Whether the dialog is open in which it is put in. */
export const areCredentialsAsked = ref(false);

/** The ways in which this page may show who calls; empty where nobody is asked. */
export const credentialFields = computed(() => apiDocument.value?.credentials ?? []);

/** The headers that show who this is, if anything was put in. */
export const ownHeaders = computed(() => {
  const headers = credentialHeaders(credentialFields.value, given.value);
  return Object.keys(headers).length > 0 ? headers : undefined;
});

/** Shows from now on who calls by this, and by nothing else. */
export function give(next: Given): void {
  given.value = next;
  writeSession(storedAs, Object.keys(next).length > 0 ? next : undefined);
}

/**
 * Gets the text that a URL of this host answers somebody with.
 *
 * @throws ProblemError when the answer is no success, or does not come in time.
 */
export async function fetchOwn(url: string, options: FetchOptions = {}): Promise<string> {
  // It says in which headers credentials go.
  await apiDocumentLoaded();
  return fetchText(url, { ...options, headers: ownHeaders.value ?? {} });
}

/** A call to an endpoint as it is sent: with what shows who calls, where the endpoint asks. */
export function credentialed(call: HttpCall, { schemes }: Operation): HttpCall {
  const headers = credentialHeaders(fieldsOf(credentialFields.value, schemes), given.value);
  return { ...call, headers: { ...call.headers, ...headers } };
}

/** The headers of the same for everybody's eyes. */
export function placeholders({ schemes }: Operation): Given {
  return placeholderHeaders(fieldsOf(credentialFields.value, schemes), given.value);
}

function readGiven(): Given {
  const stored = readSession(storedAs);
  return typeof stored === 'object' && stored !== null ? (stored as Given) : {};
}
