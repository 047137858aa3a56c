module.exports = require('../../tools/workspace/jest-node.cjs')(__dirname, 'integration');
