import { expect } from "chai";
import { leaseKey, leaseSeconds, withLease } from "../../../functions/publication/lease";
import { bucket, LocalStorage } from "../../model/storage";

describe("leases", () => {
  let storage: LocalStorage;
  before(() => (storage = new LocalStorage()));
  after(() => storage.close());
  beforeEach(() => storage.empty());

  const key = leaseKey("db", "t", ["2024-01-29"]);
  const context = () => ({ s3: storage.clients().s3, settings: { assets: bucket }, now: storage.clock.now });
  const nameOf = (error: Error): string => error.name;
  const forever = new Promise<never>(() => undefined);

  it("are named by table and partition, whatever its values", () => {
    expect(leaseKey("db", "t", ["a/b", "c d"])).to.equal("leases/db/t/a%2Fb/c%20d.json");
    expect(leaseKey("db", "t", [])).to.equal("leases/db/t.json");
  });

  it("let one in at a time, and the next when it is done", async () => {
    const order: string[] = [];
    await withLease(context(), key, async () => {
      order.push("first");
      expect(await withLease(context(), key, async () => order.push("beside")).catch(nameOf)).to.equal("LeaseTaken");
    });
    expect(await withLease(context(), key, async () => order.push("second"))).to.equal(2);
    expect(order).to.deep.equal(["first", "second"]);
  });

  it("are given back by work that fails", async () => {
    const failed = await withLease(context(), key, () => Promise.reject(new TypeError("no"))).catch(nameOf);
    expect(failed).to.equal("TypeError");
    expect(await withLease(context(), key, async () => "free")).to.equal("free");
  });

  it("of a holder that died are nobody's after their time, and not before", async () => {
    void withLease(context(), key, () => forever);
    while ((await storage.text(key)) === undefined) await new Promise(setImmediate);
    storage.clock.pass(leaseSeconds - 5);
    expect(await withLease(context(), key, async () => "early").catch(nameOf)).to.equal("LeaseTaken");
    storage.clock.pass(6);
    expect(await withLease(context(), key, async () => "late")).to.equal("late");
  });

  it("are not given back by a holder that lost them", async () => {
    let finish: () => void = () => undefined;
    const slow = withLease(context(), key, () => new Promise<void>((resolve) => (finish = resolve)));
    while ((await storage.text(key)) === undefined) await new Promise(setImmediate);
    storage.clock.pass(leaseSeconds + 1);
    await withLease(context(), key, async () => {
      finish();
      await slow;
      expect(await withLease(context(), key, async () => "third").catch(nameOf)).to.equal("LeaseTaken");
    });
  });

  it("of different partitions do not know each other", async () => {
    const other = leaseKey("db", "t", ["2024-01-30"]);
    const both = await withLease(context(), key, () => withLease(context(), other, async () => "both"));
    expect(both).to.equal("both");
  });
});
