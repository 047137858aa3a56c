import { apiEnvSchema } from '@drivewatch/config';
import { PROBLEM_CODES, WIRE_FIELD_NAMES } from '@drivewatch/contracts';

/** What the contracts say that the server takes and offers; the documents describe all of it. */
const has = {
  batches: WIRE_FIELD_NAMES.includes('recordId'),
  signIn: (PROBLEM_CODES as readonly string[]).includes('SIGN_IN_FAILED'),
  operations: 'LOG_LEVEL' in apiEnvSchema.shape,
};

/** `it` where the server has the feature. */
export const itWith = (feature: keyof typeof has): typeof it => (has[feature] ? it : it.skip);
