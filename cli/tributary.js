#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const { enableCompileCache } = require("node:module");
const { join } = require("node:path");
enableCompileCache?.();
// That a later SDK will need a later Node is no news to whoever runs a command; package.json says what we need.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
// The commands are TypeScript, compiled once by the loader that Pulumi uses. The published package has them compiled.
const installed = !existsSync(join(__dirname, "main.ts"));
if (!installed) {
  const own = join(__dirname, "../tsconfig.json");
  process.env.TS_NODE_PROJECT ??= own;
  require("../local/evaluate/register-typescript");
}
require(installed ? "../dist/cli/main" : "./main").main(process.argv);
