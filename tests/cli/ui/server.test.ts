import { expect } from "chai";
import { request } from "node:http";
import { planOrder, readOrder } from "../../../cli/ui/actions";
import { servePage, type PageServer } from "../../../cli/ui/server";
import type { Lake } from "../../../cli/lake/lake";

describe("a live page", () => {
  let server: PageServer;
  const orders: [string, boolean][] = [];
  before(async () => {
    server = await servePage({
      page: () => Promise.resolve("<p>the page</p>"),
      order: (body, carryOut) => {
        orders.push([body, carryOut]);
        return body === "fail"
          ? Promise.reject(new Error("A file is missing."))
          : Promise.resolve(["It would do this."]);
      },
    });
  });
  after(() => server.close());

  /** Asks with Node's own client, which sends any header. */
  const ask = (
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body = "",
  ): Promise<{ status: number; text: string; headers: Record<string, unknown> }> =>
    new Promise((resolve, reject) => {
      const asked = request(new URL(path, server.address), { method, headers }, (response) => {
        let text = "";
        response.on("data", (part: Buffer) => (text += part.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
      });
      asked.on("error", reject);
      asked.end(body);
    });
  const own = (): Record<string, string> => ({ authorization: `Bearer ${server.token}` });

  it("is shown on the loopback, by no other page", async () => {
    const { status, text, headers } = await ask("GET", "/");
    expect([status, text]).to.deep.equal([200, "<p>the page</p>"]);
    expect(headers["content-security-policy"]).to.equal("frame-ancestors 'none'");
    expect(server.address).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  const strangers: [string, Record<string, string>][] = [
    ["another host, by a name that resolves here", { host: "evil.example" }],
    ["a page of another origin", { origin: "http://evil.example" }],
    ["a page of another site", { "sec-fetch-site": "cross-site" }],
  ];
  for (const [who, headers] of strangers) {
    it(`answers nothing to ${who}, not even with the token`, async () => {
      expect((await ask("GET", "/", headers)).status).to.equal(403);
      expect((await ask("POST", "/do", { ...own(), ...headers }, "x")).status).to.equal(403);
      expect(orders).to.deep.equal([]);
    });
  }

  it("takes orders with the token only, and says what they would do before it does", async () => {
    const tokens = ["", "Bearer ", `Bearer ${server.token}x`, `Bearer ${"x".repeat(server.token.length)}`];
    for (const authorization of tokens) expect((await ask("POST", "/do", { authorization }, "x")).status).to.equal(401);
    expect(orders).to.deep.equal([]);
    expect(await ask("POST", "/plan", own(), "x")).to.include({ status: 200, text: '{"lines":["It would do this."]}' });
    expect((await ask("POST", "/do", own(), "x")).status).to.equal(200);
    expect(orders.splice(0)).to.deep.equal([
      ["x", false],
      ["x", true],
    ]);
  });

  it("tells why an order cannot be", async () => {
    expect(await ask("POST", "/plan", own(), "fail")).to.include({
      status: 409,
      text: '{"lines":["A file is missing."]}',
    });
    expect((await ask("POST", "/plan", own(), "x".repeat(20_000))).status).to.equal(409);
    expect((await ask("GET", "/else")).status).to.equal(404);
  });

  it("tells its pages when there is a newer one", async () => {
    const news = await new Promise<string>((resolve, reject) => {
      const asked = request(new URL("/events", server.address), (response) => {
        let text = "";
        response.on("data", (part: Buffer) => {
          text += part.toString();
          if (text.includes("retry")) server.tell();
          if (text.includes("event: page")) {
            resolve(text);
            asked.destroy();
          }
        });
      });
      asked.on("error", reject);
      asked.end();
    });
    expect(news).to.include("event: page\ndata: newer\n\n");
  });

  const wrong = [
    "",
    "{}",
    '{"act":"drop","table":"t"}',
    '{"act":"rerun","pipeline":"p","date":"2024-02-30"}',
    '{"act":"rerun","date":"2024-02-03"}',
    '{"act":"rollback","date":"2024-02-03"}',
    '{"act":"rollback","date":"2024-02-03","pipeline":"p","table":"t"}',
  ];
  for (const body of wrong)
    it(`refuses ${body || "nothing"} as an order`, () => expect(() => readOrder(body)).to.throw("That is no order"));

  it("refuses a backfill that ends before it begins", async () => {
    const order = readOrder('{"act":"backfill","from":"2024-11-09","to":"2024-11-08"}');
    const error = await planOrder(order, {} as Lake, { folder: "", stack: "dev", state: "" }).catch(
      (each: Error) => each.message,
    );
    expect(error).to.equal("2024-11-09 is after 2024-11-08.");
  });
});
