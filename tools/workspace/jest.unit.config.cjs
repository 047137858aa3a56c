// The scripts run before anything is installed, so they and their tests are plain modules that need no compiler.
module.exports = { ...require('./jest-node.cjs')(__dirname, 'unit'), testMatch: ['**/*.spec.mjs'] };
