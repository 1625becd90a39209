import { readFileSync } from "node:fs";
import { expect } from "chai";
import { servedRoutes } from "../../local/s3/route-table";
import { operationsPage, pagePath, servedServices } from "./operations-page";

describe("the page of operations", () => {
  it("is what the services have", async () => {
    expect(
      readFileSync(pagePath, "utf8"),
      "docs/operations.md is not current: node -r ./local/evaluate/register-typescript.js tests/local/operations-page.ts",
    ).to.equal(await operationsPage());
  });

  it("tells of S3 what its routes serve", async () => {
    const routed = servedRoutes.map(({ operation }) => operation).sort();
    expect((await servedServices()).get("s3")?.operations).to.deep.equal(routed);
  });
});
