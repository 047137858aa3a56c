module.exports = {
  ...require('../../tools/workspace/jest-node.cjs')(__dirname, 'unit'),
  // Loading and synthesising takes seconds, and more beside other tests.
  testTimeout: 60_000,
};
