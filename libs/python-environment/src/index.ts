export { findPython, type Python } from './find-python';
export { requireJava, type Java } from './java';
export {
  ensurePythonEnvironment,
  type PythonEnvironment,
  type PythonEnvironmentOptions,
} from './python-environment';
