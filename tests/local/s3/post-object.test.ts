import { createHmac } from "node:crypto";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { AwsError } from "../../../local/api";
import { requirePolicy, requireSize } from "../../../local/s3/post-policy";
import { hmac, signingKey } from "../../../local/s3/signing";
import { Bucket, S3Server } from "./server";

/** The example's keys in AWS's documentation. */
const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const scope = `${accessKeyId}/20151229/us-east-1/s3/aws4_request`;

const base64 = (policy: object): string => Buffer.from(JSON.stringify(policy)).toString("base64");
const signed = (policy: string): string =>
  hmac(signingKey(secret, "20151229", "us-east-1", "s3"), policy).toString("hex");

// S3 API reference, "Example: Browser-Based Upload using HTTP POST (Using AWS Signature Version 4)": the policy, as the page encodes it.
const examplePolicy = [
  '{ "expiration": "2015-12-30T12:00:00.000Z",',
  '  "conditions": [',
  '    {"bucket": "sigv4examplebucket"},',
  '    ["starts-with", "$key", "user/user1/"],',
  '    {"acl": "public-read"},',
  '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
  '    ["starts-with", "$Content-Type", "image/"],',
  '    {"x-amz-meta-uuid": "14365123651274"},',
  '    {"x-amz-server-side-encryption": "AES256"},',
  '    ["starts-with", "$x-amz-meta-tag", ""],',
  "",
  `    {"x-amz-credential": "${scope}"},`,
  '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
  '    {"x-amz-date": "20151229T000000Z" }',
  "  ]",
  "}",
].join("\r\n");

describe("the policy of a form", () => {
  const now = new Date("2015-12-30T00:00:00Z");
  const outcome = (conditions: unknown, fields: Record<string, string> = {}, at = now): string => {
    try {
      const policy = base64({ expiration: "2015-12-30T12:00:00.000Z", conditions });
      requirePolicy(policy, new Map(Object.entries({ bucket: "lake", ...fields })), at);
      return "taken";
    } catch (error) {
      return `${(error as AwsError).code}: ${(error as Error).message}`;
    }
  };

  it("is signed as AWS's example has it", () => {
    const policy = Buffer.from(examplePolicy).toString("base64");
    expect(signed(policy)).to.equal("8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e");
    const fields = {
      bucket: "sigv4examplebucket",
      key: "user/user1/${filename}",
      acl: "public-read",
      success_action_redirect: "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html",
      "content-type": "image/jpeg",
      "x-amz-meta-uuid": "14365123651274",
      "x-amz-server-side-encryption": "AES256",
      "x-amz-credential": scope,
      "x-amz-algorithm": "AWS4-HMAC-SHA256",
      "x-amz-date": "20151229T000000Z",
      "x-amz-meta-tag": "",
      policy,
      "x-amz-signature": signed(policy),
    };
    expect(requirePolicy(policy, new Map(Object.entries(fields)), now)).to.deep.equal({ least: 0, most: Infinity });
  });

  // "POST Policy": "Expiration", "Condition Matching", "Conditions".
  const cases: [string, unknown, Record<string, string>, string | RegExp][] = [
    ["exact match", [{ key: "a" }], { key: "a" }, "taken"],
    ["exact match of another", [{ key: "a" }], { key: "ab" }, /^AccessDenied: .*Policy Condition failed: {"key":"a"}$/],
    ["exact match by eq", [["eq", "$key", "a"]], { key: "a" }, "taken"],
    ["a name in another case", [["eq", "$Key", "a"]], { key: "a" }, "taken"],
    ["a prefix", [["starts-with", "$key", "user/"]], { key: "user/x" }, "taken"],
    ["another prefix", [["starts-with", "$key", "user/"]], { key: "other" }, /Policy Condition failed/],
    ["any value", [["starts-with", "$key", ""]], { key: "x" }, "taken"],
    ["several types", [["starts-with", "$Content-Type", "image/"]], { "content-type": "image/png,image/gif" }, "taken"],
    ["one other type", [["starts-with", "$Content-Type", "image/"]], { "content-type": "image/png,text/x" }, /failed/],
    ["a condition without its field", [{ "x-amz-meta-a": "1" }], {}, /Policy Condition failed/],
    ["another bucket", [{ bucket: "other" }], {}, /Policy Condition failed/],
    ["a field that no condition names", [], { key: "x" }, /^AccessDenied: .*Extra input fields: key$/],
    ["a field to be ignored", [], { "x-ignore-me": "1" }, "taken"],
    ["no condition", "none", {}, /^InvalidPolicyDocument: Invalid Policy: conditions/],
    ["an unknown condition", [["ends-with", "$key", "x"]], {}, /^InvalidPolicyDocument/],
    ["two pairs in one condition", [{ a: "1", b: "2" }], {}, /^InvalidPolicyDocument/],
  ];
  for (const [name, conditions, fields, expected] of cases) {
    it(`with ${name}`, () => expect(outcome(conditions, fields)).to.match(new RegExp(expected)));
  }

  it("ends", () => {
    expect(outcome([], {}, new Date("2015-12-30T12:00:00.001Z"))).to.match(/^AccessDenied: .*Policy expired/);
  });

  it("is JSON in base64, and nests no deeper than is read", () => {
    for (const text of ["{", "[".repeat(100_000)]) {
      const policy = Buffer.from(text).toString("base64");
      expect(() => requirePolicy(policy, new Map(), now)).to.throw("Invalid Policy");
    }
  });

  it("bounds the file's size", () => {
    const bounds = { least: 2, most: 3 };
    expect(() => requireSize(1, bounds)).to.throw("smaller than the minimum");
    expect(() => requireSize(4, bounds)).to.throw("exceeds the maximum");
    expect(() => requireSize(2, bounds)).not.to.throw();
  });
});

describe("PostObject", () => {
  const server = new S3Server();
  before(() => server.open());
  after(() => server.close());
  beforeEach(async () => {
    await server.reset();
    server.signing = {
      secretOf: (key) => (key === accessKeyId ? secret : undefined),
      callerOf: (key) => ({ principalArn: key === undefined ? "anonymous" : "arn:aws:iam::111122223333:root" }),
      now: () => new Date("2015-12-30T00:00:00Z"),
    };
  });

  const policyOf = (...more: unknown[]): string => {
    const conditions = [{ bucket: Bucket }, { "x-amz-credential": scope }, ...more];
    return base64({ expiration: "2015-12-30T12:00:00Z", conditions });
  };

  /** Sends a form whose policy allows its fields, but for those that are given otherwise. */
  async function post(
    fields: Record<string, string>,
    {
      policy,
      signature,
      file = "bytes",
    }: { policy?: string; signature?: string; file?: string | Uint8Array | null } = {},
  ): Promise<Response> {
    const form = new FormData();
    const document = policy ?? policyOf(...Object.keys(fields).map((name) => ["starts-with", `$${name}`, ""]));
    const all = {
      ...fields,
      "x-amz-credential": scope,
      policy: document,
      "x-amz-signature": signature ?? signed(document),
    };
    for (const [name, value] of Object.entries(all)) form.append(name, value);
    if (file !== null) form.append("file", new Blob([file as Uint8Array<ArrayBuffer>]), "C:\\data\\orders.parquet");
    form.append("submit", "Upload: what comes after the file is not looked at");
    return fetch(`http://127.0.0.1:${server.port}/${Bucket}`, { method: "POST", body: form, redirect: "manual" });
  }
  const refused = async (response: Response): Promise<string> => {
    expect(response.ok, "an answer").to.equal(false);
    const [, code] = /<Code>(.*)<\/Code>/.exec(await response.text()) ?? [];
    expect(server.store.everyKey(Bucket), "what is stored").to.deep.equal([]);
    return `${response.status} ${code}`;
  };

  it("puts the file under its key, with what the form says of it", async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index % 256);
    const fields = { key: "in/${filename}", "Content-Type": "application/x-parquet", "x-amz-meta-day": "8" };
    const response = await post(fields, { file: bytes });
    expect(response.status).to.equal(204);
    expect(response.headers.get("location")).to.match(/\/lake\/in\/orders\.parquet$/);
    const head = await server.client.send(new HeadObjectCommand({ Bucket, Key: "in/orders.parquet" }));
    expect(head).to.include({ ContentLength: 300_000, ContentType: "application/x-parquet" });
    expect(head.Metadata).to.deep.equal({ day: "8" });
    expect(server.asked).to.deep.include({ action: "s3:PutObject", resource: "arn:aws:s3:::lake/in/orders.parquet" });
  });

  it("answers as the form asks", async () => {
    const created = await post({ key: "a", success_action_status: "201" });
    expect(created.status).to.equal(201);
    expect(await created.text()).to.match(/<PostResponse><Location>.*<\/Location><Bucket>lake<\/Bucket><Key>a<\/Key>/);
    expect((await post({ key: "a", success_action_status: "200" })).status).to.equal(200);
    expect((await post({ key: "a", success_action_status: "418" })).status).to.equal(204);
    const sent = await post({ key: "a", success_action_redirect: "http://127.0.0.1/done?x=1" });
    expect(sent.status).to.equal(303);
    expect(sent.headers.get("location")).to.match(/^http:\/\/127\.0\.0\.1\/done\?x=1&bucket=lake&key=a&etag=/);
    expect((await post({ key: "a", success_action_redirect: "no address" })).status).to.equal(204);
  });

  it("takes version 2 of signatures", async () => {
    const policy = base64({ expiration: "2015-12-30T12:00:00Z", conditions: [["starts-with", "$key", ""]] });
    const form = new FormData();
    const signature = createHmac("sha1", secret).update(policy).digest("base64");
    const fields = { key: "old", AWSAccessKeyId: accessKeyId, policy, signature };
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append("file", new Blob(["x"]), "x");
    const response = await fetch(`http://127.0.0.1:${server.port}/${Bucket}`, { method: "POST", body: form });
    expect(response.status).to.equal(204);
    expect(await server.text("old")).to.equal("x");
  });

  it("stores nothing of what it refuses", async () => {
    const range = (...bounds: number[]) => ({
      policy: policyOf(["starts-with", "$key", ""], ["content-length-range", ...bounds]),
    });
    expect(await refused(await post({ key: "a" }, { signature: "0".repeat(64) }))).to.equal(
      "403 SignatureDoesNotMatch",
    );
    expect(await refused(await post({ key: "a" }, { policy: policyOf({ key: "b" }) }))).to.equal("403 AccessDenied");
    expect(await refused(await post({ key: "a" }, range(0, 4)))).to.equal("400 EntityTooLarge");
    expect(await refused(await post({ key: "a" }, range(6, 9)))).to.equal("400 EntityTooSmall");
    expect(await refused(await post({}))).to.equal("400 InvalidArgument");
    expect(await refused(await post({ key: "a" }, { file: null }))).to.equal("400 InvalidArgument");
    expect(await refused(await post({ key: "a", acl: "public-read" }))).to.equal("400 AccessControlListNotSupported");
    expect(await refused(await post({ key: "a", "x-amz-magic": "1" }))).to.equal("501 NotImplemented");
    expect(await refused(await post({ key: "a", tagging: "<Tagging/>" }))).to.equal("501 NotImplemented");
    expect(await refused(await post({ key: "a", "Content-MD5": "AAAAAAAAAAAAAAAAAAAAAA==" }))).to.equal(
      "400 BadDigest",
    );
    expect(await refused(await post({ key: "a", "x-ignore-long": "x".repeat(21_000) }))).to.equal(
      "400 MaxPostPreDataLengthExceeded",
    );
    server.signing = { ...server.signing, secretOf: () => undefined };
    expect(await refused(await post({ key: "a" }))).to.equal("403 InvalidAccessKeyId");
  });

  it("refuses a body that is no form, or that breaks off", async () => {
    const url = `http://127.0.0.1:${server.port}/${Bucket}`;
    expect(await refused(await fetch(url, { method: "POST", body: "key=a" }))).to.equal("412 PreconditionFailed");
    const broken = '--x\r\nContent-Disposition: form-data; name="key"\r\n\r\na';
    const headers = { "content-type": "multipart/form-data; boundary=x" };
    expect(await refused(await fetch(url, { method: "POST", headers, body: broken }))).to.match(/^400 /);
    const half = `${broken}\r\n--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\nhalf of it`;
    expect(await refused(await fetch(url, { method: "POST", headers, body: half }))).to.match(/^400 /);
  });

  it("keeps nothing of a form whose sender goes away", async () => {
    const policy = policyOf(["starts-with", "$key", ""]);
    const fields = { key: "gone", "x-amz-credential": scope, policy, "x-amz-signature": signed(policy) };
    const part = (name: string, more = "") => `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
    const body = Object.entries(fields).map(([name, value]) => `${part(name)}${value}\r\n`);
    const socket = connect(server.port, "127.0.0.1");
    socket.write(
      `POST /${Bucket} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n` +
        `Content-Type: multipart/form-data; boundary=x\r\n\r\n${body.join("")}${part("file", '; filename="f"')}${"y".repeat(100_000)}`,
    );
    const aside = (): string[] => readdirSync(join(server.folder, "scratch"));
    while (aside().length === 0) await pause(5);
    socket.destroy();
    while (aside().length > 0) await pause(5);
    expect(server.store.everyKey(Bucket)).to.deep.equal([]);
  });
});
