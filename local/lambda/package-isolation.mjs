/**
 * The rule of `bootstrap.js` for ES modules: `import` finds the archive, Node's own modules and the SDK, nothing else.
 */
let task = "";
let sdk = "";

export function initialize(data) {
  ({ task, sdk } = data);
}

export async function resolve(specifier, context, next) {
  const isSdk = /^@(aws-sdk|smithy)\//.test(specifier);
  const parent = context.parentURL;
  if (parent && !parent.startsWith(task)) return next(specifier, context);
  let found;
  try {
    found = await next(specifier, context);
  } catch (error) {
    if (!isSdk) throw error;
  }
  if (found && (found.url.startsWith(task) || !found.url.startsWith("file:"))) return found;
  if (isSdk) return next(specifier, { ...context, parentURL: sdk });
  throw Object.assign(new Error(`Cannot find package '${specifier}' imported from ${parent}`), {
    code: "ERR_MODULE_NOT_FOUND",
  });
}
