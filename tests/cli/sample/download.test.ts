import { expect } from "chai";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../../cli/command-error";
import { downloadSample, md5Of, PUBLISHED_MD5 } from "../../../cli/sample/download";

describe("sample download", () => {
  const content = Buffer.alloc(200_000, "emissions");
  const md5 = createHash("md5").update(content).digest("hex");
  let server: Server;
  let from: string;
  let folder: string;

  before((done) => {
    server = createServer((request, response) => {
      if (request.url === "/files/epacems-1996-OH.parquet") {
        response.writeHead(200, { "Content-Length": content.length }).end(content);
      } else if (request.url === "/cut/epacems-1996-OH.parquet") {
        response.writeHead(200, { "Content-Length": content.length }).write(content.subarray(0, 1000));
        setTimeout(() => response.destroy(), 50);
      } else response.writeHead(404).end();
    }).listen(0, "127.0.0.1", () => {
      from = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      done();
    });
  });
  after((done) => void server.close(done));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tributary-download-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps a file with the right MD5 under its name and tells of its progress", async () => {
    const seen: [number, number | undefined][] = [];
    const file = await downloadSample({
      state: "OH",
      folder: join(folder, "new"),
      from: `${from}/files/`,
      md5,
      onProgress: (received, total) => seen.push([received, total]),
    });
    expect(readFileSync(file).equals(content)).to.equal(true);
    expect(readdirSync(join(folder, "new"))).to.deep.equal(["epacems-1996-OH.parquet"]);
    expect(seen.at(-1)).to.deep.equal([content.length, content.length]);
    expect(await md5Of(file)).to.equal(md5);
  });

  const failures: { name: string; path: string; says: string[] }[] = [
    { name: "another MD5 than the published one", path: "/files", says: [md5, PUBLISHED_MD5.OH, "generated data"] },
    { name: "a missing file", path: "/nowhere", says: ["404"] },
    { name: "a connection that breaks", path: "/cut", says: ["cannot be read", "generated data"] },
  ];
  for (const { name, path, says } of failures) {
    it(`keeps nothing after ${name}`, async () => {
      const outcome = await downloadSample({ state: "OH", folder, from: from + path }).catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(CommandError);
      for (const text of says) expect((outcome as Error).message).to.include(text);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  it("says that no download is needed where there is no network", async () => {
    // Port 9 of the loopback interface: nothing listens there.
    const outcome = await downloadSample({ state: "IN", folder, from: "http://127.0.0.1:9" }).catch(
      (error: unknown) => error,
    );
    expect((outcome as Error).message)
      .to.match(/ECONNREFUSED|bad port/)
      .and.to.include("generated data");
  });

  it("knows no MD5 of a file that is not there", async () => {
    expect(await md5Of(join(folder, "absent"))).to.equal(undefined);
  });
});
