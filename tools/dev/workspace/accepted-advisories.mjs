/**
 * Advisories that `npm run audit:dependencies` lists without failing, because they do not affect this project and no
 * release without them exists yet. Each says why, and until when this may be assumed without checking again.
 *
 * @type {readonly import('./audit-report.mjs').AcceptedAdvisory[]}
 */
export const ACCEPTED_ADVISORIES = [];
