import { expect } from "chai";
import { anchor } from "../../report/anchor";
import { formatDollars } from "../../report/amounts";
import { extent, stacked } from "../../report/bars";
import { lineageDrawing } from "../../report/lineage-layout";
import { needsLook } from "../../report/overview";
import { differenceOf } from "../../report/sql-difference";
import { sqlSpans } from "../../report/sql-text";
import { lakeView } from "./views";

describe("parts of the page", () => {
  it("name a place the same in every report, and no two things alike", () => {
    expect(anchor("why", "t", "2024-11-09", "a", "199601")).to.equal("why/t/2024-11-09/a/199601");
    const names = [["a/b"], ["a", "b"], ["a~2f~b"], ["a b"], [null], ["~"], [""]].map((parts) => anchor("x", ...parts));
    expect(new Set(names).size).to.equal(names.length);
    for (const name of names) expect(name).to.match(/^[\w.~/-]+$/);
  });

  it("stand bars one after another, to the whole and beyond it where parts work against each other", () => {
    expect(stacked([0.5, 0.5])).to.deep.equal([
      { from: 0, to: 0.5 },
      { from: 0.5, to: 1 },
    ]);
    expect(extent(stacked([1.5, -0.5]))).to.deep.equal([0, 1.5]);
    expect(extent(stacked([-0.25, 1.25]))).to.deep.equal([-0.25, 1]);
  });

  const highlighted: [string, string][] = [
    ["select", '<i class="k">select</i>'],
    ["sum(x)", '<i class="f">sum</i>(x)'],
    ["'<b>'", '<i class="s">&#39;&lt;b&gt;&#39;</i>'],
    ["-- a\n1", '<i class="c">-- a\n</i><i class="v">1</i>'],
    ['"select"', "&quot;select&quot;"],
    ["'no end", "&#39;no end"],
  ];
  for (const [sql, expected] of highlighted)
    it(`tell the tokens of ${JSON.stringify(sql)}`, () => expect(sqlSpans(sql).text).to.equal(expected));

  it("tell which lines of a statement are gone and new", () => {
    const lines = differenceOf("a\nb\nc\n", "a\nB\nc\nd\n").map(({ kind, text }) => `${kind} ${text}`);
    expect(lines).to.deep.equal(["same a", "gone b", "new B", "same c", "new d"]);
  });

  it("draw sources left of what is made from them, and no line to what only tells partitions apart", () => {
    const { tables, files, links } = lakeView();
    const { boxes, curves } = lineageDrawing(tables, files, links);
    const at = (id: string) => boxes.find((box) => box.id === id)?.x ?? NaN;
    expect(at("file all_ef_files epacems-1996-OH")).to.be.lessThan(at("landing_db_dev.utility_data_oh"));
    expect(at("landing_db_dev.utility_data_oh")).to.be.lessThan(at("processed_db_dev.utility_emissions_monthly"));
    expect(curves.map(({ kind }) => kind)).to.deep.equal(["file", "value"]);
  });

  it("put what failed before what waits, and leave out what waits on a date that a later one has passed", () => {
    const { cells, pipelines } = lakeView();
    expect(needsLook({ cells, pipelines }).map(({ state }) => state)).to.deep.equal(["failed", "waiting"]);
    const passed = cells.map((each) => (each.date === "2024-11-08" ? { ...each, date: "2024-11-10" } : each));
    expect(needsLook({ cells: passed, pipelines }).map(({ state }) => state)).to.deep.equal(["failed"]);
  });

  const dollars: [number, string][] = [
    [0, "$0"],
    [0.0003, "$0.0003"],
    [0.00045, "$0.0005"],
    [0.012, "$0.01"],
    [12.5, "$12.50"],
  ];
  for (const [amount, text] of dollars)
    it(`write ${amount} dollars as ${text}`, () => expect(formatDollars(amount)).to.equal(text));
});
