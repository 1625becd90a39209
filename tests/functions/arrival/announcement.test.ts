import { expect } from "chai";
import { announcementOf, readAnnouncement, sameAnnouncement } from "../../../functions/arrival/announcement";

const a = { key: "incoming/s/2024-01-29/a", etag: "1" };
const b = { key: "incoming/s/2024-01-29/b", etag: "2" };

describe("announcements", () => {
  const cases: [string, ReturnType<typeof announcementOf>, boolean][] = [
    ["in another order", announcementOf([b, a], { w: "2", u: "1" }), true],
    ["with another file", announcementOf([a], { u: "1", w: "2" }), false],
    ["with other content of a file", announcementOf([a, { ...b, etag: "3" }], { u: "1", w: "2" }), false],
    ["with another run of an upstream", announcementOf([a, b], { u: "1", w: "3" }), false],
    ["with one more upstream", announcementOf([a, b], { u: "1", w: "2", x: "1" }), false],
    ["with an upstream that a person marked", announcementOf([a, b], { u: "1", w: "" }), false],
  ];
  for (const [name, other, same] of cases) {
    it(`are ${same ? "the same" : "another"} ${name}`, () => {
      const announced = announcementOf([a, b], { u: "1", w: "2" });
      expect(sameAnnouncement(announced, other)).to.equal(same);
      expect(sameAnnouncement(announced, readAnnouncement(JSON.stringify(other)) ?? other)).to.equal(same);
    });
  }

  it("stand after a rollback of an upstream, and so does one of the run that readers see now", () => {
    const wanted = { ...announcementOf([a], { u: "1" }), replaced: { u: "2" } };
    for (const [run, same] of [
      ["1", true],
      ["2", true],
      ["3", false],
    ] as const)
      expect(sameAnnouncement(announcementOf([a], { u: run }), wanted), run).to.equal(same);
  });

  it("say no more of a file than which it is", () => {
    const found = { ...a, size: 1, database: "db", table: "t" };
    expect(announcementOf([found], {})).to.deep.equal({ files: [a], upstreams: {} });
  });

  for (const body of ["", "done", "{}", "[]", '{"files":[{"key":1,"etag":"x"}],"upstreams":{}}', '{"files":[]}']) {
    it(`are not in ${body === "" ? "an empty control file" : body}`, () => {
      expect(readAnnouncement(body)).to.equal(undefined);
    });
  }
});
