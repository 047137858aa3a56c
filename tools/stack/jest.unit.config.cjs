/** Whole processes are started here, so the time limit is that of integration tests. */
module.exports = {
  ...require('../../tools/workspace/jest-node.cjs')(__dirname, 'unit'),
  testTimeout: 120_000,
};
