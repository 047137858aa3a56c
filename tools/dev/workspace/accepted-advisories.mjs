/**
 * Advisories that `npm run audit:dependencies` lists without failing, because they concern nothing here and no release is free of
 * them yet. Each says why, and until when that is believed without another look.
 *
 * @type {readonly import('./audit-report.mjs').AcceptedAdvisory[]}
 */
export const ACCEPTED_ADVISORIES = [];
