/** What S3 asks its caller for beyond the operation's own action. Pages of S3's documentation are named. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Api, AwsError } from "../../../local/api";
import { s3Operations } from "../../../local/s3/operations";
import { S3Store } from "../../../local/s3/store";
import { etl, grants, place, root, withRole } from "../iam/role";

type Statement = ReturnType<typeof grants>["Statement"][number] & { Condition?: object };

describe("the local S3 asks its caller", () => {
  let folder: string;
  let store: S3Store;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "tributary-s3-access-"));
    store = new S3Store(folder, () => new Date("2024-11-08T00:00:00Z"));
    store.createBucket("lake");
    const owner = apiOf();
    for (const [Key, Tagging] of [["plain"], ["tagged", "by=vendor"]] as const) {
      await owner.call("s3", "PutObject", { Bucket: "lake", Key, Body: "x", Tagging }, root);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const allow = (Action: string | string[], Resource = "arn:aws:s3:::lake/*", more: object = {}): Statement =>
    grants(Action, Resource, more).Statement[0];

  function apiOf(...Statement: Statement[]): Api {
    const api = new Api(withRole({ Version: "2012-10-17", Statement }).authorize);
    const now = () => new Date("2024-11-08T00:00:00Z");
    api.register("s3", s3Operations({ store, place, onEvent: () => undefined, now }));
    return api;
  }

  /** The error's code, status and the action that it says is missing. */
  async function answer(operation: string, input: object, ...statements: Statement[]): Promise<unknown[]> {
    try {
      await apiOf(...statements).call("s3", operation, { Bucket: "lake", ...input }, etl);
      return [];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const action = /not authorized to perform: (\S+)/.exec(error.message)?.[1];
      return [error.code, error.status, ...(action ? [action] : [])];
    }
  }

  // API reference, GetObject and HeadObject, "Permissions": without s3:ListBucket the answer for a missing object is 403.
  describe("for s3:ListBucket before it says that an object is missing", () => {
    const read = allow(["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObject"]);
    const list = allow("s3:ListBucket", "arn:aws:s3:::lake");
    const calls: [operation: string, input: object, missing: [code: string, status: number]][] = [
      ["GetObject", { Key: "none" }, ["NoSuchKey", 404]],
      ["GetObject", { Key: "plain", VersionId: "v".repeat(32) }, ["NoSuchVersion", 404]],
      ["HeadObject", { Key: "none" }, ["NotFound", 404]],
      ["GetObjectTagging", { Key: "none" }, ["NoSuchKey", 404]],
      ["CopyObject", { Key: "copy", CopySource: "lake/none" }, ["NoSuchKey", 404]],
    ];
    for (const [operation, input, missing] of calls) {
      it(`${operation} ${JSON.stringify(input)}`, async () => {
        expect(await answer(operation, input, read)).to.deep.equal(["AccessDenied", 403, "s3:ListBucket"]);
        expect(await answer(operation, input, read, list)).to.deep.equal(missing);
      });
    }

    it("which a statement on a prefix does not allow: only listings have one", async () => {
      const below = allow("s3:ListBucket", "arn:aws:s3:::lake", { Condition: { StringLike: { "s3:prefix": "*" } } });
      expect(await answer("ListObjectsV2", { Prefix: "none" }, below)).to.deep.equal([]);
      expect(await answer("GetObject", { Key: "none" }, read, below)).to.deep.equal([
        "AccessDenied",
        403,
        "s3:ListBucket",
      ]);
    });

    it("but not of what is there, nor of a bucket that is none", async () => {
      expect(await answer("GetObject", { Key: "plain" }, read)).to.deep.equal([]);
      const anywhere = allow("s3:GetObject", "arn:aws:s3:::*");
      expect(await answer("GetObject", { Bucket: "none", Key: "k" }, anywhere)).to.deep.equal(["NoSuchBucket", 404]);
    });
  });

  // S3 user guide, "Required permissions for Amazon S3 API operations": CopyObject, PutObject, CreateMultipartUpload.
  describe("for permissions on tags", () => {
    const copies = allow(["s3:GetObject", "s3:PutObject"]);
    const [readTags, writeTags] = [allow("s3:GetObjectTagging"), allow("s3:PutObjectTagging")];
    const copy = (more: object) => ({ Key: "copy", CopySource: "lake/tagged", ...more });
    const cases: [name: string, operation: string, input: object, needs: Record<string, Statement>][] = [
      [
        "copying a tagged object",
        "CopyObject",
        copy({}),
        { "s3:GetObjectTagging": readTags, "s3:PutObjectTagging": writeTags },
      ],
      ["copying one without tags", "CopyObject", copy({ CopySource: "lake/plain" }), {}],
      ["copying one but not its tags", "CopyObject", copy({ TaggingDirective: "REPLACE" }), {}],
      [
        "copying one and tagging it anew",
        "CopyObject",
        copy({ TaggingDirective: "REPLACE", Tagging: "a=b" }),
        { "s3:PutObjectTagging": writeTags },
      ],
      ["putting an object with tags", "PutObject", { Key: "k", Tagging: "a=b" }, { "s3:PutObjectTagging": writeTags }],
      [
        "beginning an upload with tags",
        "CreateMultipartUpload",
        { Key: "k", Tagging: "a=b" },
        { "s3:PutObjectTagging": writeTags },
      ],
      ["putting one without", "PutObject", { Key: "k" }, {}],
    ];
    for (const [name, operation, input, needs] of cases) {
      it(`when ${name}: ${Object.keys(needs).join(", ") || "none"}`, async () => {
        expect(await answer(operation, input, copies, ...Object.values(needs))).to.deep.equal([]);
        for (const action of Object.keys(needs)) {
          const others = Object.entries(needs).flatMap(([other, statement]) => (other === action ? [] : [statement]));
          expect(await answer(operation, input, copies, ...others)).to.deep.equal(["AccessDenied", 403, action]);
        }
      });
    }

    it("and keeps the tags that were asked for", async () => {
      const tagsOf = async (more: object): Promise<unknown> => {
        await apiOf().call("s3", "CopyObject", { Bucket: "lake", ...copy(more) }, root);
        return (await store.find("lake", "copy"))?.tags;
      };
      expect(await tagsOf({})).to.deep.equal({ by: "vendor" });
      expect(await tagsOf({ MetadataDirective: "REPLACE" })).to.deep.equal({ by: "vendor" });
      expect(await tagsOf({ TaggingDirective: "REPLACE" })).to.equal(undefined);
      expect(await tagsOf({ TaggingDirective: "REPLACE", Tagging: "a=b" })).to.deep.equal({ a: "b" });
    });
  });
});
