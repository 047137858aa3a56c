import { testPython } from './test-python';

try {
  process.exitCode = await testPython(process.argv.slice(2));
} catch (error) {
  console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
