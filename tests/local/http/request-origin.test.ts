import { request } from "node:http";
import { expect } from "chai";
import { Api, operation } from "../../../local/api";
import { refusal } from "../../../local/http/request-origin";
import { serve, type Served } from "../../../local/http/server";
import { NESTING_LIMIT, readJson } from "../../../local/read-json";
import { serveS3 } from "../../../local/s3/rest";

const owner = { principalArn: "arn:aws:iam::111122223333:root" };
const signed = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=local/20241108/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe("the door", () => {
  let served: Served;
  let ran = 0;
  before(async () => {
    const api = new Api(() => undefined);
    const run = operation({
      parse: (input) => input,
      permissions: () => [],
      run: async (input) => {
        ran += 1;
        return { input };
      },
    });
    api.register("glue", { GetTable: run });
    api.register("s3", { ListBuckets: run });
    api.register("lambda", { GetFunction: run });
    served = await serve(api, { callerOf: () => owner, s3: serveS3 });
  });
  after(() => served.close());
  beforeEach(() => (ran = 0));

  const send = (method: string, path: string, headers: Record<string, string>, body = "") =>
    new Promise<{ status?: number; type: string; text: string }>((resolve, reject) => {
      const { hostname, port } = new URL(served.endpoint);
      const sent = request({ hostname, port, method, path, headers }, (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.on("end", () =>
          resolve({ status: response.statusCode, type: response.headers["content-type"] ?? "", text }),
        );
      });
      sent.once("error", reject);
      sent.end(body);
    });

  const hosts: [host: string, open: boolean][] = [
    ["127.0.0.1", true],
    ["127.0.0.1:4566", true],
    ["localhost:4566", true],
    ["[::1]:4566", true],
    ["LOCALHOST", true],
    ["attacker.example", false],
    ["attacker.example:4566", false],
    ["127.0.0.1.attacker.example", false],
    ["localhost.attacker.example:4566", false],
    ["lake.localhost:4566", false],
    ["localhost@attacker.example", false],
    ["0.0.0.0:4566", false],
    ["", false],
  ];
  for (const [host, open] of hosts) {
    it(`${open ? "answers" : "does not answer"} to the host ${JSON.stringify(host)}`, () =>
      expect(refusal({ host }) === undefined).to.equal(open));
  }

  const pages: [name: string, headers: Record<string, string>, open: boolean][] = [
    ["a program", {}, true],
    ["an address typed into a browser", { "sec-fetch-site": "none" }, true],
    ["a page of its own", { "sec-fetch-site": "same-origin", origin: "http://127.0.0.1:4566" }, true],
    ["another site's page", { "sec-fetch-site": "cross-site", origin: "https://attacker.example" }, false],
    ["a page without a site", { origin: "null" }, false],
    ["another port's page", { "sec-fetch-site": "same-site", origin: "http://127.0.0.1:3000" }, false],
    ["an older browser's page", { origin: "https://attacker.example" }, false],
    ["a link on a page", { "sec-fetch-site": "cross-site" }, false],
  ];
  for (const [name, headers, open] of pages) {
    it(`${open ? "answers" : "does not answer"} ${name}`, () =>
      expect(refusal({ host: "127.0.0.1:4566", ...headers }) === undefined).to.equal(open));
  }

  it("runs nothing of what it refuses", async () => {
    const headers = { ...signed("glue"), "x-amz-target": "AWSGlue.GetTable" };
    const others: Record<string, string>[] = [{ host: "attacker.example" }, { origin: "https://attacker.example" }];
    for (const other of others) {
      expect((await send("POST", "/", { ...headers, ...other }, "{}")).status).to.equal(403);
      expect((await send("GET", "/", { ...signed("s3"), ...other })).status).to.equal(403);
    }
    expect(ran).to.equal(0);
    expect((await send("POST", "/", headers, "{}")).status).to.equal(200);
  });

  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", "", "A".repeat(5000)]) {
    it(`knows no operation ${name.slice(0, 20)}`, async () => {
      const headers = { ...signed("glue"), "x-amz-target": `AWSGlue.${name}` };
      const { status, text } = await send("POST", "/", headers, "{}");
      expect([status, (JSON.parse(text) as { __type: string }).__type]).to.deep.equal([
        400,
        "UnknownOperationException",
      ]);
    });
  }

  it("reads JSON as deep as AWS does, and no deeper", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(readJson(nested(NESTING_LIMIT))).to.be.an("array");
    expect(readJson(`"${"[".repeat(5000)}\\"["`)).to.be.a("string");
    const headers = { ...signed("glue"), "x-amz-target": "AWSGlue.GetTable" };
    for (const depth of [NESTING_LIMIT + 1, 100_000]) {
      const { status, text } = await send("POST", "/", headers, nested(depth));
      expect([status, (JSON.parse(text) as { __type: string }).__type]).to.deep.equal([400, "SerializationException"]);
    }
    expect(ran).to.equal(0);
  });

  const malformed: [name: string, method: string, path: string, service: string, status: number][] = [
    ["a key that is no text", "GET", "/lake/%ff%fe", "s3", 400],
    ["a path of slashes", "GET", "//", "glue", 400],
    ["a function's name that is no text", "GET", "/2015-03-31/functions/%ff", "lambda", 400],
    ["half an escape", "GET", "/2015-03-31/functions/%2", "lambda", 400],
    ["a bucket without a name", "DELETE", "//[", "s3", 400],
  ];
  for (const [name, method, path, service, status] of malformed) {
    it(`answers ${name} with ${status}`, async () => {
      expect((await send(method, path, signed(service))).status).to.equal(status);
    });
  }

  // What botocore's parsers of the services' protocols take: an answer in another form is an error of the client.
  const envelopes: [service: string, form: RegExp][] = [
    ["iam", /^<ErrorResponse[^>]*><Error><Type>Sender<\/Type><Code>UnknownOperationException<\/Code><Message>./],
    ["cloudformation", /^<ErrorResponse[^>]*><Error>/],
    ["ec2", /^<Response><Errors><Error><Code>UnknownOperationException<\/Code><Message>./],
  ];
  for (const [service, form] of envelopes) {
    it(`says in XML that there is no ${service}`, async () => {
      const headers = { ...signed(service), "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
      const { type, text, status } = await send("POST", "/", headers, "Action=ListUsers&Version=2010-05-08");
      expect([status, type]).to.deep.equal([400, "text/xml"]);
      expect(text).to.match(form);
    });
  }
});
