import { expect } from "chai";
import { checkPresigned } from "../../../local/s3/presigned";

/** The example's keys in AWS's documentation. */
const accessKeyId = "AKIAIOSFODNN7EXAMPLE";
const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

// S3 API reference, "Authenticating requests: using query parameters (AWS Signature Version 4)".
const version4 = {
  path: "/test.txt",
  query:
    "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request" +
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host" +
    "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
  host: "examplebucket.s3.amazonaws.com",
  last: "2013-05-25T00:00:00Z",
};
// "Signing and authenticating REST requests (AWS Signature Version 2)": the example of query string authentication.
const version2 = {
  path: "/johnsmith/photos/puppy.jpg",
  query: `AWSAccessKeyId=${accessKeyId}&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620`,
  host: "s3.amazonaws.com",
  last: "2007-03-29T03:40:20Z",
};

describe("presigned URLs", () => {
  const outcome = (
    { path, query, host, last }: typeof version4,
    { method = "GET", headers = {}, at = last, key = accessKeyId } = {},
  ): string => {
    try {
      checkPresigned(
        { method, url: `${path}?${query}`, headers: { host, ...headers } },
        { secretOf: (id) => (id === key ? secret : undefined), now: () => new Date(at) },
      );
      return "taken";
    } catch (error) {
      return `${(error as { code: string }).code}: ${(error as Error).message}`;
    }
  };

  for (const [name, example] of Object.entries({ version4, version2 })) {
    describe(`of ${name}`, () => {
      it("are taken, as AWS's example has them", () => expect(outcome(example)).to.equal("taken"));

      const later = new Date(Date.parse(example.last) + 1000).toISOString();
      it("end", () => expect(outcome(example, { at: later })).to.equal("AccessDenied: Request has expired"));

      it("are for their method, key and parameters only", () => {
        const differs = /^SignatureDoesNotMatch/;
        for (const method of ["DELETE", "PUT", "HEAD", "POST"]) expect(outcome(example, { method })).to.match(differs);
        expect(outcome({ ...example, path: `${example.path}.bak` })).to.match(differs);
        expect(outcome({ ...example, query: `${example.query}&versionId=null` })).to.match(differs);
        expect(outcome({ ...example, query: `tagging&${example.query}` })).to.match(differs);
        expect(outcome({ ...example, query: example.query.replace(/(Signature=.)/, "$1x") })).to.match(differs);
      });

      it("of a key whose secret is not known are not taken", () =>
        expect(outcome(example, { key: "another" })).to.match(
          /^InvalidAccessKeyId: The secret of the access key AKIAIOSFODNN7EXAMPLE is not known here/,
        ));

      it("ask for no more than was signed", () =>
        expect(outcome(example, { headers: { "x-amz-copy-source": "other/key" } })).to.match(
          /^(AccessDenied: There were headers present|SignatureDoesNotMatch)/,
        ));
    });
  }

  it("live a week at most", () => {
    const query = version4.query.replace("Expires=86400", "Expires=604801");
    expect(outcome({ ...version4, query })).to.match(/^AuthorizationQueryParametersError/);
  });

  it("are no concern of other requests", () => {
    expect(outcome({ ...version4, query: "versionId=null" })).to.equal("taken");
  });
});
