/** No schema: what the launcher has to do is to call this before it starts an app. */
export const migrate = (): Promise<string[]> => Promise.resolve(['first', 'second']);

/** No record yet. */
export const lastStoredAtMs = (): Promise<null> => Promise.resolve(null);

const neverUsed = (): never => {
  throw new Error('The stand-in API asks for no keys');
};
export const Database = neverUsed;
export const DeviceKeyRepository = neverUsed;
