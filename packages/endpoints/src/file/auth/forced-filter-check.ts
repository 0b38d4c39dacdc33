import type { Feed } from '../../model/model.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';
import { didYouMean } from '../../yaml/suggestion.ts';
import type { Auth } from '../../model/auth.ts';
import { claimsOf } from '../../schemes/schemes.ts';

/** The claim of every identity. */
const subject = 'subject';

/** Reports forced filters that can never match, or whose claims no watcher has. */
export function checkForcedFilters(feeds: readonly Feed[], auth: Auth | undefined, report: Report): void {
  for (const feed of feeds) {
    for (const [field, claim] of Object.entries(feed.where)) {
      const pointer = extendPointer('/feeds', feed.name, 'where', field);
      const fault = fieldFault(feed, field);
      const missing = missingClaim(feed, claim, auth);
      if (fault !== undefined) report.atKey(pointer, fault);
      else if (missing !== undefined) report.atValue(pointer, missing);
    }
  }
}

function fieldFault({ access, payload }: Feed, field: string): string | undefined {
  if (access.kind === 'public') return '`where` needs to know the watcher; the feed is public';
  if (payload === 'data' || [payload].flat().includes(field)) return undefined;
  return `\`payload\` leaves \`${field}\` out, so no message would pass \`where\``;
}

/** The claims of clients and users are known once their files are read. */
function missingClaim({ access }: Feed, claim: string, auth: Auth | undefined): string | undefined {
  if (claim === subject || access.kind === 'public') return undefined;
  for (const scheme of auth?.schemes ?? []) {
    const names = access.schemes.includes(scheme.name) ? claimsOf(scheme) : undefined;
    if (names === undefined || names.includes(claim)) continue;
    const near = didYouMean(claim, [subject, ...names]);
    return `the scheme \`${scheme.name}\` has no claim \`${claim}\`; list it in its \`claims\`${near}`;
  }
  return undefined;
}
