"use strict";
/**
 * What runs inside a function's process: Lambda's Node.js runtime as its documentation describes it. Loads the handler,
 * then serves one invocation after the other over the IPC channel:
 *   parent → { requestId, payload, deadline, functionArn, clockSkew? }      child → { ready } | { result } | { failure, fatal }
 * It is plain JavaScript, started by node itself, because a function's process must start fast and see nothing of ours.
 */
const { createRequire, isBuiltin } = require("node:module");
const Module = require("node:module");
const { realpathSync, existsSync, readdirSync, readFileSync } = require("node:fs");
const { join, sep } = require("node:path");
const { pathToFileURL } = require("node:url");
const { isNativeError } = require("node:util/types");

const taskRoot = realpathSync(process.env.LAMBDA_TASK_ROOT);
// Kept for what must not be moved with a function's clock.
const realNow = Date.now;
const tell = process.send.bind(process);
// The channel is not part of Lambda's environment.
delete process.send;

// The mark that ends an invocation's output on a stream; the parent waits for it on both.
const endOfOutput = "\u0000";
let requestId = "";

isolatePackages();
formatConsole();
process.on("disconnect", () => process.exit());
process.on("uncaughtException", (error) => die(describe(error), 129));
process.on("unhandledRejection", (reason) => {
  const { trace } = describe(reason);
  die({ errorType: "Runtime.UnhandledPromiseRejection", errorMessage: String(reason), trace }, 128);
});

start();

async function start() {
  let handler;
  try {
    handler = await loadHandler(process.env._HANDLER);
  } catch (error) {
    die(describe(error), 1);
    return;
  }
  process.on("message", (invocation) => void serve(handler, invocation));
  tell({ ready: true });
}

async function serve(handler, invocation) {
  requestId = invocation.requestId;
  moveClock(invocation.clockSkew ?? 0);
  let message;
  try {
    const result = await handler(JSON.parse(invocation.payload), contextOf(invocation));
    message = { result: stringify(result) };
  } catch (error) {
    const failure = describe(error);
    console.error("Invoke Error ", JSON.stringify(failure));
    message = { failure };
  }
  endOutput();
  tell({ ...message, memory: process.memoryUsage.rss() });
}

/** Reports what ended the process, then ends it. */
function die(failure, exitCode) {
  console.error(requestId ? "Invoke Error " : "Init Error ", JSON.stringify(failure));
  endOutput();
  tell({ failure, fatal: true }, () => process.exit(exitCode));
}

function endOutput() {
  process.stdout.write(endOfOutput);
  process.stderr.write(endOfOutput);
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    throw new Error("Unable to stringify response body");
  }
}

function describe(error) {
  if (
    isNativeError(error) ||
    (typeof error === "object" && error !== null && error.name && error.message && error.stack)
  ) {
    return { errorType: String(error.name), errorMessage: error.message, trace: (error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

async function loadHandler(name) {
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  const [file, exportPath] = [name.slice(0, dot), name.slice(dot + 1)];
  const path = [".js", ".mjs", ".cjs"]
    .map((end) => join(taskRoot, file + end))
    .find((candidate) => existsSync(candidate));
  if (!path) throw runtimeError("Runtime.ImportModuleError", `Error: Cannot find module '${file}'`);
  let loaded;
  try {
    loaded = path.endsWith(".mjs") ? await import(pathToFileURL(path).href) : createRequire(path)(path);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw runtimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, error);
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw runtimeError("Runtime.ImportModuleError", `Error: ${error.message}`, error);
    }
    throw error;
  }
  const handler = exportPath.split(".").reduce((value, key) => value?.[key], loaded);
  if (typeof handler !== "function") {
    throw runtimeError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (handler.length > 2) {
    throw runtimeError(
      "Runtime.CallbackHandlerDeprecated",
      "The handler takes a callback, which nodejs24.x no longer supports: make it async.",
    );
  }
  return handler;
}

function runtimeError(name, message, cause) {
  const error = Object.assign(new Error(message), { name });
  if (cause?.stack) error.stack = cause.stack;
  return error;
}

function contextOf({ requestId, deadline, functionArn, clientContext }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: functionArn,
    awsRequestId: requestId,
    ...(clientContext !== undefined && { clientContext }),
    getRemainingTimeInMillis: () => Math.max(0, deadline - realNow()),
  };
}

const RealDate = Date;

/** Lets the function's clock be ahead by so many milliseconds, or behind. */
function moveClock(milliseconds) {
  if (milliseconds === 0) {
    globalThis.Date = RealDate;
    return;
  }
  const now = () => realNow() + milliseconds;
  globalThis.Date = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, asked) => Reflect.construct(target, args.length > 0 ? args : [now()], asked),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
}

/** Lines as Lambda writes them: time, request, level, message. */
function formatConsole() {
  const { format } = require("node:util");
  const write =
    (stream, level) =>
    (...args) => {
      stream.write(`${new Date().toISOString()}\t${requestId || "undefined"}\t${level}\t${format(...args)}\n`);
    };
  console.trace = write(process.stderr, "TRACE");
  console.debug = write(process.stdout, "DEBUG");
  console.log = console.info = write(process.stdout, "INFO");
  console.warn = write(process.stderr, "WARN");
  console.error = write(process.stderr, "ERROR");
}

/**
 * Lets code import what it would find in Lambda and nothing else: files and packages of its archive, Node's own modules,
 * and the SDK (`@aws-sdk/*`, `@smithy/*`), which is part of the runtime. Without this, packages of whatever project lies
 * around the archive would be found too, and missing ones be noticed only after deployment.
 */
function isolatePackages() {
  const resolve = Module._resolveFilename;
  const sdk = createRequire(__filename);
  const isSdk = (specifier) => /^@(aws-sdk|smithy)\//.test(specifier);

  Module._resolveFilename = function (specifier, parent, ...rest) {
    if (isBuiltin(specifier)) return resolve.call(this, specifier, parent, ...rest);
    const importer = parent?.filename;
    // This file's imports and the SDK's own dependencies are found as Node finds them; what an ES module imports has no
    // importer here, and was checked by package-isolation.mjs.
    if (!importer || !inTask(importer)) return resolve.call(this, specifier, parent, ...rest);
    let found;
    try {
      found = resolve.call(this, specifier, parent, ...rest);
    } catch (error) {
      if (!isSdk(specifier)) throw error;
    }
    if (found && inTask(found)) return found;
    if (isSdk(specifier)) return sdk.resolve(specifier);
    throw Object.assign(new Error(`Cannot find module '${specifier}'\nRequire stack:\n- ${importer}`), {
      code: "MODULE_NOT_FOUND",
      requireStack: [importer],
    });
  };

  // What imports as ES modules do asks a thread of its own, which takes a while to start: only for code that can.
  if (importsAsModules()) isolateModules();
}

/** Whether anything in the archive may be an ES module, or import one: all but a single file of CommonJS that has no `import(`. */
function importsAsModules() {
  const files = readdirSync(taskRoot);
  return (
    files.length > 1 || !/\.c?js$/.test(files[0]) || /\bimport\b/.test(readFileSync(join(taskRoot, files[0]), "utf8"))
  );
}

function isolateModules() {
  Module.register("./package-isolation.mjs", {
    parentURL: pathToFileURL(__filename).href,
    data: { task: pathToFileURL(taskRoot + sep).href, sdk: pathToFileURL(__filename).href },
  });
}

function inTask(path) {
  return path.startsWith(taskRoot + sep);
}
