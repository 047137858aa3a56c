/** There is no schema: the launcher only has to call this before it starts an app. */
export const migrate = (): Promise<string[]> => Promise.resolve(['first', 'second']);

/** There is no record yet. */
export const lastStoredAtMs = (): Promise<null> => Promise.resolve(null);

const neverUsed = (): never => {
  throw new Error('The stand-in API asks for no keys');
};
export const Database = neverUsed;
export const DeviceKeyRepository = neverUsed;
