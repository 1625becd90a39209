"use strict";
const { availableParallelism } = require("node:os");

module.exports = {
  require: ["ts-node/register", "./tests/evaluated.ts"],
  extension: ["ts"],
  // Files run beside each other; each test file has runtimes, folders and ports of its own.
  parallel: true,
  jobs: Math.min(4, availableParallelism()),
  timeout: 120_000,
  slow: 2000,
};
