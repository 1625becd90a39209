#!/usr/bin/env node
"use strict";
// The commands and the programs that they evaluate are TypeScript, compiled as it is loaded by the same loader that
// Pulumi uses, because a loader decides what the functions' closures are serialized to.
const { enableCompileCache } = require("node:module");
enableCompileCache?.();
// That a later SDK will need a later Node is no news to whoever runs a command; package.json says what we need.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
require("ts-node").register({ cwd: `${__dirname}/..`, transpileOnly: true });
require("./main").main(process.argv);
