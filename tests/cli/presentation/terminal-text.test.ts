import { expect } from "chai";
import { terminalText } from "../../../cli/presentation/terminal-text";

describe("text for a terminal", () => {
  const cases: [name: string, given: string, shown: string][] = [
    ["a title of the window", "a\u001b]0;owned\u0007b", "a\\u001b]0;owned\\u0007b"],
    ["a cursor that moves", "\u001b[2J\u001b[1A", "\\u001b[2J\\u001b[1A"],
    ["a line that is written over", "failed\rdone", "failed\\u000ddone"],
    ["a backspace", "ab\u0008c", "ab\\u0008c"],
    ["eight bits of control", "\u009b31m\u0085", "\\u009b31m\\u0085"],
    ["text that turns its direction", "x\u202Etxt.exe\u2066y\u200f", "x\\u202etxt.exe\\u2066y\\u200f"],
    ["line breaks and tabs, which stay", "a\tb\nc", "a\tb\nc"],
    ["line ends of CSV, which stay", "a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n"],
    [
      "colours of this program, which stay",
      "\u001b[1mBold\u001b[22m \u001b[31mred\u001b[39m",
      "\u001b[1mBold\u001b[22m \u001b[31mred\u001b[39m",
    ],
    ["letters of all languages, which stay", "CO₂ été 日本 العربية 😀", "CO₂ été 日本 العربية 😀"],
  ];
  for (const [name, given, shown] of cases) {
    it(name, () => expect(terminalText(given)).to.equal(shown));
  }

  it("means the same in JSON", () => {
    const value = { key: "a\u202eb\u001b[2J\u009b" };
    expect(JSON.parse(terminalText(JSON.stringify(value)))).to.deep.equal(value);
  });
});
