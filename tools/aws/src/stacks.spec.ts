/**
 * Tests of the stacks, in one file, because each test file loads the CDK anew, which takes longer than the tests. Each
 * module has its own `describe`.
 */
import './drivewatch-app.cases';
import './foundation/foundation-stack.cases';
import './services/operation.cases';
import './services/services-stack.cases';
