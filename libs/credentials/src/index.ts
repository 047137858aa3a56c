export { createDeviceKey, DEVICE_KEY_PATTERN, hashDeviceKey } from './device-key';
export { hashPassword, passwordProblem, userNameProblem, verifyPassword } from './password';
