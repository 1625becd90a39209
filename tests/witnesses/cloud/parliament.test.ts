import { join } from "node:path";
import { expect } from "chai";
import type { ResourceGraph } from "../../../local/graph";
import { staleReasons, withoutReason } from "./accepted";
import { graphOf, witnessed } from "./graphs";
import { python, requirePython } from "../python";

interface Subject {
  /** `<logical name> (<type> <property>)`. */
  readonly about: string;
  /** JSON text. */
  readonly policy: string;
}

/** Every policy of a graph. */
function policiesOf({ resources }: ResourceGraph): Subject[] {
  return resources.flatMap(({ name, type, inputs }) =>
    ["policy", "assumeRolePolicy"].flatMap((property) => {
      const text = inputs[property];
      if (typeof text !== "string") return [];
      return [{ about: `${name} (${type} ${property})`, policy: property === "policy" ? text : onItsRole(text) }];
    }),
  );
}

/** A trust policy with the role that it is about: parliament asks every statement for a resource. */
function onItsRole(text: string): string {
  const document = JSON.parse(text) as { Statement: object[] };
  const Resource = "arn:aws:iam::111122223333:role/it";
  return JSON.stringify({ ...document, Statement: document.Statement.map((one) => ({ ...one, Resource })) });
}

describe("parliament, on every policy", () => {
  let commands: string;
  before(async function () {
    commands = await requirePython(this, join(__dirname, "requirements.txt"));
  });

  async function lint(subjects: readonly Subject[]): Promise<string[]> {
    const output = await python(commands, [join(__dirname, "parliament", "lint.py")], JSON.stringify(subjects));
    const told = output
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
    return told.map(({ about, issue, detail }) => `${about} ${issue}: ${detail}`);
  }

  const found: string[] = [];
  for (const stage of witnessed) {
    it(`finds nothing in ${stage} that has no reason`, async () => {
      const subjects = policiesOf(await graphOf(stage));
      const findings = await lint(subjects);
      found.push(...findings);
      expect(withoutReason("parliament", findings)).to.deep.equal([]);
      console.log(`      ${subjects.length} policies`);
    });
  }

  it("covers something by each reason", () => {
    expect(staleReasons("parliament", found)).to.deep.equal([]);
  });

  it("sees an action that there is not, and a resource that an action cannot have", async () => {
    const statement = (Action: string, Resource: string) => ({ Effect: "Allow", Action, Resource });
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [statement("s3:GetObjekt", "*"), statement("s3:ListBucket", "arn:aws:s3:::bucket/*")],
    });
    const findings = (await lint([{ about: "it", policy }])).join("\n");
    expect(findings)
      .to.match(/UNKNOWN_ACTION/)
      .and.match(/RESOURCE_MISMATCH/);
  });
});
