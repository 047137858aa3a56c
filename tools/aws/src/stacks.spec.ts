/**
 * What the stacks are tested for, in one file, because each file of tests loads the CDK anew, which takes longer than the
 * tests. Each module has its own `describe`.
 */
import './drivewatch-app.cases';
import './foundation/foundation-stack.cases';
import './services/operation.cases';
import './services/services-stack.cases';
