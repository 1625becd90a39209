import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseControl, parseDelivery } from "../../../cli/landing/arguments";
import { planLanding, withFilesOfFolders } from "../../../cli/landing/landing";

const pipeline = (
  name: string,
  source: string,
  incoming: string[],
  after: string[] = [],
  announcedBy: "watcher" | "source" = "watcher",
  markers: string[] = [],
) => ({
  markers,
  name,
  source,
  incoming,
  after,
  announcedBy,
  stateMachine: `arn:aws:states:us-east-1:111122223333:stateMachine:${name}`,
});
const emissions = {
  pipelines: [
    pipeline("state_emission_daily", "all_ef_files", ["epacems-1996-IN", "epacems-1996-OH"]),
    pipeline(
      "state_emission_monthly",
      "all_ef_files",
      ["epacems-1996-IN", "epacems-1996-OH"],
      ["state_emission_daily"],
    ),
  ],
};
const two = { pipelines: [...emissions.pipelines, pipeline("weather", "stations", ["temperature"], [], "source")] };

describe("arguments of local run", () => {
  it("takes the date after the last @", () => {
    expect(parseDelivery("a@b/c@d.parquet@2024-11-08")).to.deep.equal({ file: "a@b/c@d.parquet", date: "2024-11-08" });
    expect(parseControl("weather.done@2024-11-08")).to.deep.equal({ name: "weather.done", date: "2024-11-08" });
  });

  it("leaves it to the lake to refuse a date that does not exist", () => {
    expect(parseDelivery("x.parquet@2024-02-30").date).to.equal("2024-02-30");
  });

  for (const text of ["x.parquet", "@2024-11-08", "x.parquet@", "x@a/b", ""]) {
    it(`refuses --land '${text}'`, () => expect(() => parseDelivery(text)).to.throw("expected <file>@<date>"));
  }
  for (const text of ["weather@2024-11-08", "a/weather.done@2024-11-08", "weather.done"]) {
    it(`refuses --control '${text}'`, () => expect(() => parseControl(text)).to.throw("expected <name>.done@<date>"));
  }
});

describe("landing plan", () => {
  const deliveries = ["2024-11-08", "2024-11-09"].flatMap((date) =>
    ["IN", "OH"].map((state) => ({ file: `sample/epacems-1996-${state}.parquet`, date })),
  );

  it("writes files only where a watcher announces them", () => {
    expect(planLanding(emissions, deliveries).map(({ key }) => key)).to.deep.equal([
      "incoming/all_ef_files/2024-11-08/epacems-1996-IN.parquet",
      "incoming/all_ef_files/2024-11-08/epacems-1996-OH.parquet",
      "incoming/all_ef_files/2024-11-09/epacems-1996-IN.parquet",
      "incoming/all_ef_files/2024-11-09/epacems-1996-OH.parquet",
    ]);
  });

  describe("of a folder of parts", () => {
    const lake = {
      pipelines: [
        ...emissions.pipelines,
        pipeline("sales", "shop", ["orders/part-"], [], "watcher", ["orders/_SUCCESS"]),
      ],
    };
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "tributary-folder-"));
      mkdirSync(join(folder, "orders", "eu"), { recursive: true });
      mkdirSync(join(folder, "empty"));
      const names = [
        "_SUCCESS",
        "._SUCCESS.crc",
        ".part-0.parquet.crc",
        "part-0.parquet",
        join("eu", "part-0.parquet"),
      ];
      for (const name of names) writeFileSync(join(folder, "orders", name), "");
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("writes its files below its own name, its marker last", async () => {
      const files = await withFilesOfFolders([{ file: join(folder, "orders"), date: "2024-11-08" }]);
      expect(planLanding(lake, files).map(({ key }) => key)).to.deep.equal([
        "incoming/shop/2024-11-08/orders/eu/part-0.parquet",
        "incoming/shop/2024-11-08/orders/part-0.parquet",
        "incoming/shop/2024-11-08/orders/_SUCCESS",
      ]);
    });

    it("refuses a folder that no pipeline registers, one without files, and one that is not there", async () => {
      const refusal = (file: string) =>
        withFilesOfFolders([{ file: join(folder, file), date: "2024-11-08" }]).then(
          (files) => planLanding(emissions, files),
          (error: unknown) => Promise.reject(error as Error),
        );
      const said = (file: string) => refusal(file).catch(({ message }: Error) => message);
      expect(await said("orders")).to.include("No pipeline registers a file named orders/");
      expect(await said("empty")).to.match(/There is no file in .*empty; nothing was landed/);
      expect(await said("absent")).to.match(/There is no file .*absent; nothing was landed/);
    });
  });

  it("refuses a date that does not exist before anything is written, unless a control file is asked for", () => {
    const wrong = [{ file: "sample/epacems-1996-OH.parquet", date: "2024-02-30" }];
    expect(() => planLanding(emissions, wrong)).to.throw("no such date; expected YYYY-MM-DD. Nothing was landed");
    expect(planLanding(emissions, wrong, { controls: [] })).to.have.length(1);
  });

  it("writes only the control files that were asked for, also unknown ones", () => {
    const controls = [{ name: "nobody.done", date: "2024-02-30" }];
    expect(planLanding(emissions, deliveries.slice(0, 1), { controls })).to.deep.equal([
      {
        key: "incoming/all_ef_files/2024-11-08/epacems-1996-IN.parquet",
        file: "sample/epacems-1996-IN.parquet",
      },
      { key: "incoming/all_ef_files/2024-02-30/nobody.done", control: true },
    ]);
  });

  it("finds a file's source among several, or is told it; what a source announces, its control file announces", () => {
    const file = { file: "temperature-1.parquet", date: "2024-11-08" };
    expect(planLanding(two, [file]).map(({ key }) => key)).to.deep.equal([
      "incoming/stations/2024-11-08/temperature-1.parquet",
      "incoming/stations/2024-11-08/weather.done",
    ]);
  });

  it("refuses a file that no pipeline registers, and says what was probably meant", () => {
    const land = (file: string, source?: string) => planLanding(two, [{ file, date: "2024-11-08" }], { source });
    expect(() => land("epacmes-1996-OH.parquet")).to.throw(
      "No pipeline registers a file named epacmes-1996-OH.parquet: did you mean epacems-1996-OH? Nothing was landed.",
    );
    expect(() => land("other.csv")).to.throw("registered are epacems-1996-IN, epacems-1996-OH, temperature.");
    expect(() => land("epacems-1996-OH.parquet", "stations")).to.throw("registered are temperature.");
  });

  it("refuses two files for one key", () => {
    const files = ["a/epacems-1996-OH.parquet", "b/epacems-1996-OH.parquet"].map((file) => ({
      file,
      date: "2024-11-08",
    }));
    expect(() => planLanding(emissions, files)).to.throw("Two files would be written to incoming/all_ef_files/");
  });
});
