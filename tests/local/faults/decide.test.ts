import { expect } from "chai";
import { chance, decide, type FaultPoint } from "../../../local/faults/decide";
import type { FaultKind, FaultPlan, NamedFault } from "../../../local/faults/plan";
import { stableEvent, stableText } from "../../../local/faults/stable-text";

const call = (identity: string, more: Partial<FaultPoint> = {}): FaultPoint => ({
  kinds: ["kill-function", "throttle", "server-error", "lose-response"],
  identity,
  actor: "land",
  service: "s3",
  operation: "PutObject",
  call: 3,
  on: "assets/steps/land.json",
  given: '{"date":"2024-01-31"}',
  ...more,
});

const places = Array.from({ length: 4_000 }, (_, index) => `land#${index}@1 s3:PutObject a 1`);

/** The faults of a plan at many places, whatever order they are asked in. */
function faultsOf(plan: FaultPlan, order: readonly string[] = places): Map<string, string> {
  const found = order.map((identity) => [identity, decide(plan, call(identity))] as const);
  return new Map(found.flatMap(([identity, fault]) => (fault ? [[identity, JSON.stringify(fault)]] : [])));
}

describe("faults by chance", () => {
  const rates = { throttle: 0.1, "lose-response": 0.05, "kill-function": 0.02 } as const;

  it("are the same for the same seed, in whatever order the places come", () => {
    const first = faultsOf({ seed: 7, rates });
    const second = faultsOf({ seed: 7, rates }, [...places].reverse());
    expect(first.size).to.be.greaterThan(0);
    expect(Object.fromEntries(second)).to.deep.equal(Object.fromEntries(first));
  });

  it("are others for another seed", () => {
    expect([...faultsOf({ seed: 8, rates }).keys()]).to.not.deep.equal([...faultsOf({ seed: 7, rates }).keys()]);
  });

  it("come as often as their rates say, on both sides of the effect", () => {
    const kinds = places.flatMap((identity) => decide({ seed: 1, rates }, call(identity)) ?? []);
    const share = (kind: FaultKind) => kinds.filter((fault) => fault.kind === kind).length / places.length;
    expect(share("throttle")).to.be.closeTo(0.1, 0.02);
    expect(share("lose-response")).to.be.closeTo(0.05, 0.02);
    expect(share("kill-function")).to.be.closeTo(0.02, 0.01);
    expect(share("server-error")).to.equal(0);
    const before = kinds.filter(({ when }) => when === "before").length / kinds.length;
    expect(before).to.be.closeTo(0.5, 0.1);
  });

  it("do not move when the rate of another kind changes", () => {
    const all = faultsOf({ seed: 7, rates });
    const fewer = faultsOf({ seed: 7, rates: { throttle: 0.1, "kill-function": 0.02 } });
    for (const [identity, fault] of fewer) expect(all.get(identity)).to.equal(fault);
    expect(fewer.size).to.be.lessThan(all.size);
  });

  it("can be confined to places that an earlier run named", () => {
    const all = faultsOf({ seed: 7, rates });
    const [, kept] = [...all.values()].map((text) => (JSON.parse(text) as { where: string }).where);
    const left = faultsOf({ seed: 7, rates, only: [kept] });
    expect([...left.values()].map((text) => (JSON.parse(text) as { where: string }).where)).to.deep.equal([kept]);
  });

  it("draw numbers from 0 to 1, evenly", () => {
    const numbers = places.map((identity) => chance("seed", identity));
    expect(numbers.every((number) => number >= 0 && number < 1)).to.equal(true);
    expect(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).to.be.closeTo(0.5, 0.03);
  });
});

describe("faults by name", () => {
  const cases: [string, NamedFault, boolean][] = [
    ["any call", { kind: "throttle" }, true],
    ["this function's", { kind: "throttle", actor: "land" }, true],
    ["another function's", { kind: "throttle", actor: "publish" }, false],
    ["this call", { kind: "kill-function", actor: "land", call: 3, when: "after" }, true],
    ["another call", { kind: "kill-function", actor: "land", call: 2 }, false],
    ["this operation", { kind: "lose-response", service: "s3", operation: "PutObject" }, true],
    ["another operation", { kind: "lose-response", service: "s3", operation: "GetObject" }, false],
    ["this object", { kind: "server-error", on: "steps/land.json" }, true],
    ["another object", { kind: "server-error", on: "steps/other.json" }, false],
    ["this date", { kind: "server-error", given: "2024-01-31" }, true],
    ["another date", { kind: "server-error", given: "2024-02-01" }, false],
    ["a kind that cannot happen here", { kind: "duplicate-event" }, false],
  ];
  for (const [title, named, happens] of cases) {
    it(`${happens ? "happen" : "do not happen"}: ${title}`, () => {
      const fault = decide({ seed: 1, named: [named] }, call("x"));
      expect(fault?.kind).to.equal(happens ? named.kind : undefined);
      if (happens) expect(fault?.when).to.equal(named.when ?? "before");
    });
  }
});

describe("what stays the same of an event", () => {
  const cases: [string, string, string][] = [
    ["ids", "execution-0b4d9a3e-9d0c-4e47-9f1e-1f2d3c4b5a69", "execution-#"],
    ["times of day", "at 2024-01-31T12:34:56.789Z and 20240131T123456Z", "at # and #"],
    ["a time and a name", "2024-01-31T12-34-56-run", "#-run"],
    ["dates", "incoming/2024-01-31/a.csv", "incoming/2024-01-31/a.csv"],
    ["ETags", "5d41402abc4b2a76b9719d911017c592", "5d41402abc4b2a76b9719d911017c592"],
  ];
  for (const [title, text, stable] of cases) {
    it(title, () => expect(stableText(text)).to.equal(stable));
  }

  it("loses what the test says", () => expect(stableText("run 17 of a", [/\d+/])).to.equal("run # of a"));

  it("of EventBridge's envelope: all but its ids and times", () => {
    const event = (id: string, sequencer: string) =>
      JSON.stringify({
        id,
        time: "2024-01-31T00:00:00Z",
        "detail-type": "Object Created",
        detail: { id: "own", object: { key: "k", etag: "e", sequencer, "version-id": id }, "request-id": sequencer },
      });
    expect(stableEvent(event("one", "01"))).to.equal(stableEvent(event("two", "02")));
    expect(JSON.parse(stableEvent(event("one", "01")))).to.deep.equal({
      "detail-type": "Object Created",
      detail: { id: "own", object: { key: "k", etag: "e" } },
    });
  });
});
