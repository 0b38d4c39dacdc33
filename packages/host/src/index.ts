export { parseValue } from './calls/call-values.ts';
export type { GivenValue } from './calls/call-values.ts';
export { headerBytes } from './calls/header-line.ts';
export type { HeaderLine } from './calls/header-line.ts';
export { findEndpoint } from './calls/find-endpoint.ts';
export type { FoundEndpoint } from './calls/find-endpoint.ts';
export { count, escapeControls, formatLetter, formatSummary } from './dead-letters/letter-text.ts';
export { viewLetter } from './dead-letters/letter-view.ts';
export { findWorkQueue, workQueuesOf } from './dead-letters/queue-name.ts';
export { createSorter } from './dead-letters/selection.ts';
export type { Selection } from './dead-letters/selection.ts';
export { summarizeDeadLetters } from './dead-letters/summary.ts';
export { checkDataFolder, checkNode, checkPort } from './doctor/check-machine.ts';
export { checkPeer } from './doctor/check-peer.ts';
export { checkBroker, checkDatabase } from './doctor/check-servers.ts';
export { runChecks } from './doctor/finding.ts';
export type { Check, Finding } from './doctor/finding.ts';
export { followFeed, FollowRefused } from './following/follow-feed.ts';
export type { FollowedMessage, FollowFeedOptions } from './following/follow-feed.ts';
export { NewDeadLetters } from './following/new-dead-letters.ts';
export type { Arrivals } from './following/new-dead-letters.ts';
export { reachableHost } from './http/reachable-host.ts';
export { brokerDefinitions, brokerUsers, hashPassword } from './privileges/broker-definitions.ts';
export type { BrokerDefinitions } from './privileges/broker-definitions.ts';
export {
  databaseRoles,
  databaseRolesOf,
  databaseRolesSql,
  scramVerifier,
} from './privileges/database-roles.ts';
export { findForeignPolicies } from './privileges/foreign-policies.ts';
export { askManagement, importDefinitions } from './privileges/management-api.ts';
export { describeAccess, unencryptedUrls } from './process/access-note.ts';
export type { Prompt, Terminal, Typed } from './process/terminal.ts';
export { describeFileError } from './process/file-error.ts';
export { checkDatabaseUrl } from './process/database-settings.ts';
export { isDatabaseNamed, usesDatabase } from './process/database-use.ts';
export { checkHealth } from './process/healthcheck.ts';
export { openDescription } from './process/description-file.ts';
export { defaultFile, locateError, openLocator, openModel } from './process/model-file.ts';
export { formatRoutes } from './process/route-table.ts';
export { formatSettingsHelp } from './process/describe-settings.ts';
export { explainSettings } from './process/explain-settings.ts';
export type { ExplainedSetting } from './process/explain-settings.ts';
export type { RoleName } from './process/role.ts';
export { checkUrl, parseList } from './process/setting-values.ts';
export { readSecret } from './process/setting.ts';
export { basePathOf, parseOriginRules, parseSettings, readBasePath } from './process/settings.ts';
export type { Settings } from './process/settings.ts';
export { roles } from './roles/roles.ts';
export type { Role } from './roles/role.ts';
export { columnsSql, partsSql, relationsSql } from './sql/catalog.ts';
export { createCsvFormat } from './sql/csv-format.ts';
export { createJsonFormat } from './sql/json-format.ts';
export type { RowFormat } from './sql/row-format.ts';
export { formatStatementError } from './sql/statement-error.ts';
export { createTableFormat } from './sql/table-format.ts';
export { version } from './process/version.ts';
