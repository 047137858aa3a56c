export { checkKey } from './object-key';
export {
  InvalidKeyError,
  ObjectChangedError,
  ObjectNotFoundError,
  ObjectStoreError,
  type ByteRange,
  type ObjectBody,
  type ObjectInfo,
  type ObjectStore,
  type ObjectStoreOptions,
  type StoredObject,
} from './object-store';
export { openObjectStore } from './open-object-store';
export {
  ASSETS_PREFIX,
  COMPRESSED_COPIES,
  hasCompressedCopies,
  servedAs,
  type ObjectHeaders,
} from './served-as';
