import { expect } from "chai";
import { queryInput, queryResponse } from "../../../local/http/query-protocol";

describe("local/http", () => {
  describe("the query protocol", () => {
    const inputs: [form: string, input: object][] = [
      ["Action=X&Version=1&Name=n", { Name: "n" }],
      ["Tags.member.1.Key=a&Tags.member.1.Value=b", { Tags: [{ Key: "a", Value: "b" }] }],
      ["L.member.2=b&L.member.10=c&L.member.1=a", { L: ["a", "b", "c"] }],
      ["Attributes.entry.1.key=k&Attributes.entry.1.value=v", { Attributes: { k: "v" } }],
      [
        "MessageAttributes.entry.1.Name=k&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=v",
        { MessageAttributes: { k: { DataType: "String", StringValue: "v" } } },
      ],
    ];
    for (const [form, input] of inputs) {
      it(form, () => {
        expect(queryInput(new URLSearchParams(form))).to.deep.equal(input);
      });
    }

    it("leaves prototypes alone", () => {
      queryInput(new URLSearchParams("__proto__.polluted=yes&a.__proto__.polluted=yes"));
      expect({}).not.to.have.property("polluted");
    });

    it("writes lists, maps and structures", () => {
      const output = {
        Topics: [{ TopicArn: "a&b" }],
        Attributes: { k: "<v>" },
        At: new Date(0),
        None: undefined,
        N: 1,
      };
      expect(queryResponse("sns", "X", output, "id").body).to.contain(
        "<XResult><Topics><member><TopicArn>a&amp;b</TopicArn></member></Topics>" +
          "<Attributes><entry><key>k</key><value>&lt;v&gt;</value></entry></Attributes>" +
          "<At>1970-01-01T00:00:00.000Z</At><N>1</N></XResult>",
      );
    });
  });
});
