import { expect } from "chai";
import { declare, graphOf } from "../resources/declared";
import { AlarmWorld, watched } from "./alarm-world";

describe("the local CloudWatch", () => {
  let world: AlarmWorld;
  beforeEach(async () => {
    world = await AlarmWorld.open();
  });
  afterEach(() => world.close());

  describe("makes metrics of log lines", () => {
    const deploy = (metricTransformation: object, pattern = '{ $.level = "error" }') =>
      world.runtime.deploy(
        graphOf(
          ...watched(),
          declare("aws:cloudwatch/logGroup:LogGroup", "fn", { name: "/fn" }),
          declare("aws:cloudwatch/logMetricFilter:LogMetricFilter", "errors", {
            name: "errors",
            logGroupName: "/fn",
            pattern,
            metricTransformation: { name: "errors", namespace: "Own", value: "1", ...metricTransformation },
          }),
        ),
      );
    const log = (group: string, ...lines: object[]) =>
      world.runtime.services.metricFilters.take(
        group,
        lines.map((line) => ({ message: JSON.stringify(line), time: world.clock.getTime() })),
      );
    const points = (dimensions = {}) =>
      world.runtime.services.metrics
        .points({ namespace: "Own", name: "errors", dimensions }, 0, Infinity)
        .map(({ sum }) => sum);

    it("that match, of its group", async () => {
      await deploy({});
      log("/fn", { level: "error" }, { level: "info" });
      log("/other", { level: "error" });
      expect(points()).to.deep.equal([1]);
    });

    it("with a default for those that do not", async () => {
      await deploy({ defaultValue: "0" });
      log("/fn", { level: "error" }, { level: "info" });
      expect(points()).to.deep.equal([1, 0]);
    });

    it("with a value and dimensions from the line", async () => {
      await deploy({ value: "$.rows", dimensions: { Table: "$.table" } });
      log("/fn", { level: "error", rows: 7, table: "t" }, { level: "error", rows: 8 }, { level: "error", table: "t" });
      expect([points({ Table: "t" }), points()]).to.deep.equal([[7], []]);
    });

    it("whose alarm rings", async () => {
      await deploy({ defaultValue: "0" });
      log("/fn", { level: "error" });
      world.pass(60);
      expect(await world.evaluate()).to.equal("ALARM");
    });

    it("not by a pattern that nobody can read", async () => {
      const error = await deploy({}, "{ $.level ").catch((thrown: unknown) => thrown);
      expect(error).to.have.property("name", "DeploymentError");
    });
  });
});
