import { expect } from "chai";
import fc from "fast-check";
import { AwsError } from "../../../local/api";
import { compilePattern } from "../../../local/events/patterns";

/** The event that Amazon S3 sends: Amazon S3 User Guide, "EventBridge event message structure". */
const s3Event = {
  version: "0",
  id: "2d4eba74-fd51-3966-4bfa-b013c9da8ff1",
  "detail-type": "Object Created",
  source: "aws.s3",
  account: "123456789012",
  time: "2024-11-08T23:19:29Z",
  region: "us-east-1",
  resources: ["arn:aws:s3:::landing"],
  detail: {
    version: "0",
    bucket: { name: "landing" },
    object: { key: "incoming/all_ef_files/2024-11-08/state_emission_daily.done", size: 0 },
    reason: "PutObject",
    "source-ip-address": "10.0.0.17",
  },
};

type Case = readonly [pattern: unknown, event: unknown, matches: boolean];

/** Pattern, event, and whether they match. Amazon EventBridge User Guide; the page is the name of each table. */
const tables: Record<string, readonly Case[]> = {
  "Creating Amazon EventBridge event patterns": [
    [{ source: ["aws.s3"] }, s3Event, true],
    [{ source: ["aws.ec2"] }, s3Event, false],
    [{ source: ["aws.ec2", "aws.s3"] }, s3Event, true],
    [{ source: ["aws.s3"], "detail-type": ["Object Created"] }, s3Event, true],
    [{ source: ["aws.s3"], "detail-type": ["Object Deleted"] }, s3Event, false],
    [{ detail: { bucket: { name: ["landing"] } } }, s3Event, true],
    [{ detail: { bucket: { name: ["processed"] } } }, s3Event, false],
    [{ detail: { object: { size: [0] } } }, s3Event, true],
    [{ detail: { object: { size: ["0"] } } }, s3Event, false],
    [{ resources: ["arn:aws:s3:::landing"] }, s3Event, true],
    [{ a: [true] }, { a: true }, true],
    [{ a: [true] }, { a: "true" }, false],
    [{ a: [null] }, { a: null }, true],
    [{ a: [null] }, { a: "" }, false],
    [{ a: [""] }, { a: "" }, true],
    [{ a: [""] }, { a: null }, false],
    [{ a: [1] }, { a: 1.0 }, true],
    [{ a: ["x"] }, {}, false],
    [{ a: ["x"] }, { a: { b: "x" } }, false],
    [{ a: { b: ["x"] } }, { a: "x" }, false],
    [{ a: ["x"] }, { A: "x" }, false],
  ],
  "Matching on arrays": [
    [{ resources: ["a"] }, { resources: ["a", "b"] }, true],
    [{ resources: ["c"] }, { resources: ["a", "b"] }, false],
    [{ resources: ["c", "b"] }, { resources: ["a", "b"] }, true],
    [{ resources: ["a"] }, { resources: [] }, false],
    [{ resources: ["a"] }, { resources: [["a"]] }, true],
    [{ list: { k: ["a"], v: [1] } }, { list: [{ k: "a", v: 1 }, { k: "b" }] }, true],
    [{ list: { k: ["a"], v: [1] } }, { list: [{ k: "a" }, { v: 1 }] }, false],
  ],
  "Prefix matching": [
    [{ time: [{ prefix: "2024-11-08" }] }, s3Event, true],
    [{ time: [{ prefix: "2024-11-09" }] }, s3Event, false],
    [{ detail: { object: { key: [{ prefix: "incoming/" }] } } }, s3Event, true],
    [{ service: [{ prefix: { "equals-ignore-case": "EventB" } }] }, { service: "eventbridge" }, true],
    [{ service: [{ prefix: { "equals-ignore-case": "EventB" } }] }, { service: "event" }, false],
    [{ n: [{ prefix: "1" }] }, { n: 123 }, false],
  ],
  "Suffix matching": [
    [{ detail: { object: { key: [{ suffix: ".done" }] } } }, s3Event, true],
    [{ FileName: [{ suffix: ".png" }] }, { FileName: "a.PNG" }, false],
    [{ FileName: [{ suffix: { "equals-ignore-case": ".png" } }] }, { FileName: "a.PNG" }, true],
    [{ FileName: [{ suffix: ".png" }] }, { FileName: ".png" }, true],
    [{ FileName: [{ suffix: ".png" }] }, { FileName: "png" }, false],
  ],
  "Anything-but matching": [
    [{ state: [{ "anything-but": "initializing" }] }, { state: "running" }, true],
    [{ state: [{ "anything-but": "initializing" }] }, { state: "initializing" }, false],
    [{ state: [{ "anything-but": "initializing" }] }, {}, false],
    [{ limit: [{ "anything-but": 123 }] }, { limit: 124 }, true],
    [{ limit: [{ "anything-but": 123 }] }, { limit: 123 }, false],
    [{ limit: [{ "anything-but": 123 }] }, { limit: "123" }, true],
    [{ state: [{ "anything-but": ["stopped", "overloaded"] }] }, { state: "stopped" }, false],
    [{ state: [{ "anything-but": ["stopped", "overloaded"] }] }, { state: "fine" }, true],
    [{ limit: [{ "anything-but": [100, 200, 300] }] }, { limit: 200 }, false],
    [{ limit: [{ "anything-but": [100, 200, 300] }] }, { limit: 250 }, true],
    [{ state: [{ "anything-but": "a" }] }, { state: ["a", "b"] }, true],
    [{ state: [{ "anything-but": "a" }] }, { state: ["a"] }, false],
  ],
  "Anything-but matching that begins, ends, ignores case, or uses a wildcard": [
    [{ state: [{ "anything-but": { "equals-ignore-case": "initializing" } }] }, { state: "INITIALIZING" }, false],
    [
      { state: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }] },
      { state: "Stopped" },
      false,
    ],
    [{ state: [{ "anything-but": { "equals-ignore-case": ["initializing", "stopped"] } }] }, { state: "ok" }, true],
    [{ state: [{ "anything-but": { prefix: "init" } }] }, { state: "initial" }, false],
    [{ state: [{ "anything-but": { prefix: "init" } }] }, { state: "done" }, true],
    [{ state: [{ "anything-but": { prefix: ["init", "error"] } }] }, { state: "error-1" }, false],
    [{ FileName: [{ "anything-but": { suffix: ".txt" } }] }, { FileName: "a.txt" }, false],
    [{ FileName: [{ "anything-but": { suffix: [".txt", ".rtf"] } }] }, { FileName: "a.rtf" }, false],
    [{ FileName: [{ "anything-but": { suffix: [".txt", ".rtf"] } }] }, { FileName: "a.doc" }, true],
    [{ FilePath: [{ "anything-but": { wildcard: "*/lib/*" } }] }, { FilePath: "dir/lib/a" }, false],
    [{ FilePath: [{ "anything-but": { wildcard: "*/lib/*" } }] }, { FilePath: "dir/src/a" }, true],
    [{ FilePath: [{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }] }, { FilePath: "dir/bin/a" }, false],
  ],
  "Numeric matching": [
    [{ n: [{ numeric: [">", 0, "<=", 5] }] }, { n: 5 }, true],
    [{ n: [{ numeric: [">", 0, "<=", 5] }] }, { n: 0 }, false],
    [{ n: [{ numeric: ["<", 10] }] }, { n: -3 }, true],
    [{ n: [{ numeric: ["<", 10] }] }, { n: "5" }, false],
    [{ n: [{ numeric: ["=", 3.018e2] }] }, { n: 301.8 }, true],
    [{ n: [{ numeric: [">=", 1] }] }, { n: [0, 1] }, true],
    [{ n: [{ numeric: [">", 0] }] }, { n: 6e9 }, false],
  ],
  "IP address matching": [
    [{ detail: { "source-ip-address": [{ cidr: "10.0.0.0/24" }] } }, s3Event, true],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "10.0.1.0" }, false],
    [{ ip: [{ cidr: "0.0.0.0/0" }] }, { ip: "255.1.2.3" }, true],
    [{ ip: [{ cidr: "2001:db8::/32" }] }, { ip: "2001:db8:1::5" }, true],
    [{ ip: [{ cidr: "2001:db8::/32" }] }, { ip: "10.0.0.1" }, false],
    [{ ip: [{ cidr: "10.0.0.0/24" }] }, { ip: "somewhere" }, false],
  ],
  "recorded calls of TestEventPattern: names with dots": [
    [{ detail: { "state.status": ["running"] } }, { detail: { state: { status: "running" } } }, true],
    [{ detail: { state: { status: ["running"] } } }, { detail: { "state.status": "running" } }, true],
    [{ detail: { state: { status: ["running"] } } }, { detail: { "state.status": "stopped" } }, false],
    [{ "a.b": { "c.d": [1] } }, { a: { "b.c": { d: 1 } } }, true],
    [{ a: { b: [1], c: [2] } }, { a: { b: 1 }, "a.c": 2 }, true],
  ],
  "recorded calls of TestEventPattern: empty texts": [
    [{ source: [{ prefix: "" }] }, { source: "s" }, true],
    [{ source: [{ suffix: "" }] }, { source: "s" }, true],
    [{ source: [{ wildcard: "" }] }, { source: "s" }, false],
    [{ source: [{ "anything-but": { wildcard: "" } }] }, { source: "s" }, true],
  ],
  "recorded calls of TestEventPattern: wildcards": [
    [
      { p: [{ wildcard: "/Users/*/dir/dir/dir/dir/dir/doc.txt" }] },
      { p: "/Users/a/dir/dir/dir/dir/dir/doc.txt" },
      true,
    ],
    [{ p: [{ wildcard: "/Users/*/dir/dir/dir/dir/dir/doc.txt" }] }, { p: "/Users/a/dir/dir/dir/dir/doc.txt" }, false],
    // Going back would take this one years.
    [{ p: [{ wildcard: "a*a*a*a*b" }] }, { p: "a".repeat(100_000) }, false],
  ],
  "Exists matching": [
    [{ detail: { "c-count": [{ exists: true }] } }, { detail: { "c-count": 5 } }, true],
    [{ detail: { "c-count": [{ exists: true }] } }, { detail: {} }, false],
    [{ detail: { "c-count": [{ exists: false }] } }, { detail: {} }, true],
    [{ detail: { "c-count": [{ exists: false }] } }, { detail: { "c-count": null } }, false],
    [{ detail: { "c-count": [{ exists: false }] } }, {}, true],
    [{ detail: { "c-count": [{ exists: false }, "x"] } }, { detail: { "c-count": "x" } }, true],
    [{ detail: { a: [{ exists: true }] } }, { detail: { a: { b: 1 } } }, false],
  ],
  "Equals-ignore-case matching": [
    [{ "detail-type": [{ "equals-ignore-case": "object CREATED" }] }, s3Event, true],
    [{ "detail-type": [{ "equals-ignore-case": "object" }] }, s3Event, false],
  ],
  "Matching using wildcards": [
    [{ EventBusArn: [{ wildcard: "*:test-bus" }] }, { EventBusArn: "arn:x:test-bus" }, true],
    [{ detail: { object: { key: [{ wildcard: "incoming/*/*.done" }] } } }, s3Event, true],
    [{ k: [{ wildcard: "dir/*.png" }] }, { k: "dir/sub/a.png" }, true],
    [{ k: [{ wildcard: "dir/*.png" }] }, { k: "dir/a.jpg" }, false],
    [{ k: [{ wildcard: "*" }] }, { k: "" }, true],
    [{ k: [{ wildcard: "a\\*b" }] }, { k: "a*b" }, true],
    [{ k: [{ wildcard: "a\\*b" }] }, { k: "axb" }, false],
    [{ k: [{ wildcard: "a\\\\*" }] }, { k: "a\\b" }, true],
    [{ k: [{ wildcard: "a.b*" }] }, { k: "axbc" }, false],
    [{ k: [{ wildcard: "(a|b)+*" }] }, { k: "(a|b)+c" }, true],
    [{ k: [{ wildcard: "a*c" }] }, { k: "a\n\nc" }, true],
  ],
  "Combining conditions": [
    [{ a: [{ prefix: "x" }, { suffix: "y" }, 3] }, { a: "by" }, true],
    [{ a: [{ prefix: "x" }, { suffix: "y" }, 3] }, { a: 3 }, true],
    [{ a: [{ prefix: "x" }, { suffix: "y" }, 3] }, { a: "b" }, false],
    [{ $or: [{ a: ["1"] }, { b: [2] }] }, { a: "0", b: 2 }, true],
    [{ $or: [{ a: ["1"] }, { b: [2] }] }, { a: "0", b: 3 }, false],
    [{ c: ["z"], $or: [{ a: ["1"] }, { b: [2] }] }, { a: "1" }, false],
    [
      { detail: { $or: [{ n: [{ numeric: [">", 0] }] }, { d: { e: [{ exists: true }] } }] } },
      { detail: { d: { e: 1 } } },
      true,
    ],
    [{ $or: [{ $or: [{ a: [1] }, { a: [2] }] }, { b: [1] }] }, { a: 2 }, true],
  ],
};

/** Patterns that EventBridge refuses, and a word of the reason. */
const refused: readonly (readonly [pattern: string, reason: RegExp])[] = [
  ["{", /not valid JSON/],
  ["[]", /not an object/],
  ["{}", /empty object/],
  [`{"a":"x"}`, /must be an object or an array/],
  [`{"a":[]}`, /Empty arrays/],
  [`{"a":{}}`, /Empty objects/],
  [`{"a":[["x"]]}`, /array is not allowed/],
  [`{"a":[{"contains":"x"}]}`, /Unrecognized match type contains/],
  [`{"a":[{"prefix":"x","suffix":"y"}]}`, /exactly one operator/],
  [`{"a":[{}]}`, /exactly one operator/],
  [`{"a":[{"prefix":1}]}`, /prefix match pattern of a must be a string/],
  [`{"a":[{"prefix":{"wildcard":"x"}}]}`, /only equals-ignore-case/],
  [`{"a":[{"exists":"true"}]}`, /true or false/],
  [`{"a":[{"anything-but":[]}]}`, /Empty arrays/],
  [`{"a":[{"anything-but":["x",1]}]}`, /all values are strings or all are numbers/],
  [`{"a":[{"anything-but":{"numeric":["<",1]}}]}`, /Unsupported anything-but/],
  [`{"a":[{"anything-but":{"prefix":[1]}}]}`, /string or strings/],
  [`{"a":[{"numeric":[">"]}]}`, /array of comparisons/],
  [`{"a":[{"numeric":["~",1]}]}`, /array of comparisons/],
  [`{"a":[{"numeric":[">",6e9]}]}`, /between/],
  [`{"a":[{"numeric":[">",5,"<",1]}]}`, /Bottom must be less/],
  [`{"a":[{"numeric":["<",5,">",1]}]}`, /range operator/],
  [`{"a":[{"cidr":"10.0.0.0/33"}]}`, /CIDR/],
  [`{"a":[{"cidr":"x"}]}`, /CIDR/],
  [`{"a":[{"wildcard":"a**b"}]}`, /Consecutive wildcard/],
  // It took the stack.
  [`{"a":`.repeat(100_000) + "[1]" + "}".repeat(100_000), /nests up to 1000 deep/],
  // Recorded.
  [`{"a":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}`, /Rule is too complex - try using fewer wildcard characters/],
  [`{"a":[{"anything-but":{"wildcard":"*:*:*:*:*:event-bus/*"}}]}`, /Rule is too complex/],
  [`{"a":[{"wildcard":"a\\\\b"}]}`, /escape/],
  [`{"$or":[{"a":[1]}]}`, /two or more/],
  [`{"b":{"$or":"x"}}`, /in b/],
];

describe("local/events patterns", () => {
  for (const [page, cases] of Object.entries(tables)) {
    describe(page, () => {
      for (const [pattern, event, matches] of cases) {
        const shown = event === s3Event ? "the S3 event" : JSON.stringify(event);
        it(`${JSON.stringify(pattern)} ${matches ? "takes" : "leaves"} ${shown}`, () => {
          expect(compilePattern(JSON.stringify(pattern))(event)).to.equal(matches);
        });
      }
    });
  }

  for (const [pattern, reason] of refused) {
    it(`refuses ${pattern}`, () => {
      expect(() => compilePattern(pattern))
        .to.throw(AwsError, reason)
        .with.property("code", "InvalidEventPatternException");
    });
  }

  it("a wildcard without stars is equality", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), (text, other) => {
        const wildcard = text.replace(/[\\*]/g, "\\$&");
        const matches = compilePattern(JSON.stringify({ a: [{ wildcard }] }));
        return matches({ a: text }) && matches({ a: other }) === (text === other);
      }),
    );
  });
});
