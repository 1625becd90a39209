import { expect } from "chai";
import { keepQuery } from "../../../functions/runs/rendered-query";
import { bucket, LocalStorage } from "../../model/storage";
import { PAYLOAD_LIMIT, payloadBytes } from "../../../local/states/payload";

// Step Functions documentation, "Service quotas": 256 KiB of input or output. Athena API reference, "QueryExecution": Query.
describe("a rendered query", () => {
  let storage: LocalStorage;
  before(() => void (storage = new LocalStorage()));
  after(() => storage.close());
  const keep = (query: string) => keepQuery(storage.clients().s3, bucket, { executions: "executions/" }, "t", query);
  const refusal = (query: string) =>
    keep(query).then(
      () => undefined,
      (error: Error) => `${error.name}: ${error.message}`,
    );

  it("fits into what Athena answers to a state machine, text and all", async () => {
    // Each line break takes two bytes within JSON.
    const { query } = await keep("SELECT 1\n".repeat(25_000));
    const answer = { QueryExecution: { Query: query, Statistics: "x".repeat(3_000), Status: "x".repeat(3_000) } };
    expect(payloadBytes(answer)).to.be.below(PAYLOAD_LIMIT);
  });

  it("that would not is refused by name, and kept to be read", async () => {
    const query = "SELECT 1\n".repeat(25_500);
    expect(await refusal(query)).to.match(
      /^QueryTooLong: The query executions\/t_rendered\.sql has about \d+ bytes .* take 262144/,
    );
    expect(await storage.text("executions/t_rendered.sql")).to.equal(query);
  });
});
