import { expect } from "chai";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Bench, roleArn } from "./lambda-bench";

describe("local/lambda", () => {
  let bench: Bench;
  beforeEach(() => (bench = new Bench()));
  afterEach(() => bench.close());

  describe("packages", () => {
    const found = (name: string) => `exports.handler = async () => Object.keys(require("${name}"));`;

    it("of the archive are found, CommonJS and ES modules", async () => {
      const hyparquet = dirname(dirname(require.resolve("hyparquet")));
      bench.put("packages", {
        "__index.js": `const own = require("own"); const file = require("./lib/file.js");
          exports.handler = async () => ({ own, file, esm: (await import("esm-only")).value, parquet: Object.keys(await import("hyparquet")).includes("parquetRead") });`,
        "lib/file.js": `module.exports = require("own") + "!";`,
        "node_modules/own/index.js": `module.exports = "own";`,
        "node_modules/esm-only/package.json": `{ "type": "module", "exports": "./main.js" }`,
        "node_modules/esm-only/main.js": `import os from "node:os"; export const value = typeof os.tmpdir;`,
      });
      const archive = join(bench.folder, "archives", "packages");
      cpSync(hyparquet, join(archive, "node_modules", "hyparquet"), { recursive: true });
      bench.functions.putFunction({
        name: "packages",
        codeFolder: archive,
        handler: "__index.handler",
        runtime: "nodejs24.x",
        roleArn,
      });
      const { result } = await bench.invoke("packages");
      expect(result).to.deep.equal({ own: "own", file: "own!", esm: "function", parquet: true });
    });

    it("of the SDK are in the runtime, for require and for import", async () => {
      bench.put("sdk", {
        "__index.mjs": `import { SFNClient } from "@aws-sdk/client-sfn"; import { createRequire } from "node:module";
          export const handler = async () => [typeof SFNClient, typeof createRequire(import.meta.url)("@aws-sdk/client-s3").S3Client];`,
      });
      expect((await bench.invoke("sdk")).result).to.deep.equal(["function", "function"]);
    });

    it("that lie around the archive are not found", async () => {
      const around = join(bench.folder, "node_modules", "around");
      mkdirSync(around, { recursive: true });
      writeFileSync(join(around, "index.js"), "module.exports = 1;");
      bench.put("outside", found("around"));
      bench.put("zod", found("zod"));
      bench.put("imports", `exports.handler = async () => Object.keys(await import("around"));`);
      bench.put("relative", found("../../../../node_modules/around/index.js"));
      for (const name of ["outside", "zod", "relative"]) {
        const { failure, FunctionError } = await bench.invoke(name);
        expect(FunctionError).to.equal("Unhandled");
        expect(failure.errorType, name).to.equal("Error");
        expect(failure.errorMessage).to.match(/^Cannot find module '/);
      }
      expect((await bench.invoke("imports")).failure.errorMessage).to.match(/^Cannot find package 'around'/);
    });
  });
});
