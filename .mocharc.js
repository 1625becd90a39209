"use strict";
const { availableParallelism } = require("node:os");

// That a later SDK will need a later Node is no news to whoever runs the tests; package.json says what we need.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

module.exports = {
  require: [
    "./local/evaluate/register-typescript.js",
    "./tests/evaluated.ts",
    // `npm run test:times`
    ...(process.env.TRIBUTARY_TIMES ? ["./tests/times.ts"] : []),
  ],
  extension: ["ts"],
  // Files run beside each other; each test file has runtimes, folders and ports of its own.
  parallel: true,
  jobs: Math.min(4, availableParallelism()),
  // For what hangs, not for what is slow: a busy machine takes its time.
  timeout: 3_600_000,
  slow: 2000,
};
