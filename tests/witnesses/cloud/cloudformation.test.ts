import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { evaluated } from "../../evaluated";
import { staleReasons, withoutReason } from "./accepted";
import { graphOf, witnessed } from "./graphs";
import { templateOf, type Template } from "./cloudformation/template";
import { python, requirePython } from "../python";

/** What cfn-lint prints of a finding, as far as it is of use. */
interface Match {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

describe("cfn-lint, on a stage as one CloudFormation template", () => {
  let commands: string;
  let folder: string;

  before(async function () {
    commands = await requirePython(this, join(__dirname, "requirements.txt"));
    folder = mkdtempSync(join(tmpdir(), "tributary-cfn-lint-"));
  });
  after(() => folder && rmSync(folder, { recursive: true, force: true }));

  async function lint(template: Template): Promise<string[]> {
    const file = join(folder, "template.json");
    writeFileSync(file, JSON.stringify(template));
    // The exit code tells of findings.
    const output = await python(
      commands,
      [join(commands, "cfn-lint"), "--region", "us-east-1", "--format", "json", file],
      "",
      [0, 2, 4, 6, 8, 10, 12, 14],
    );
    const matches = JSON.parse(output) as Match[];
    return matches.map(({ Rule, Message, Location }) => `${Rule.Id} ${(Location.Path ?? []).join("/")}: ${Message}`);
  }

  const found: string[] = [];
  for (const stage of witnessed) {
    it(`finds nothing in ${stage} that has no reason`, async () => {
      const template = templateOf(await graphOf(stage));
      const findings = await lint(template);
      found.push(...findings);
      expect(withoutReason("cfn-lint", findings)).to.deep.equal([]);
      console.log(`      ${Object.keys(template.Resources).length} resources`);
    });
  }

  it("covers something by each reason", () => {
    expect(staleReasons("cfn-lint", found)).to.deep.equal([]);
  });

  it("sees what is wrong with a property, a policy and a state machine", async () => {
    const template = templateOf(await evaluated("dev"));
    const of = (type: string) => Object.values(template.Resources).find(({ Type }) => Type === type)!.Properties;
    of("AWS::Lambda::Function").Timeout = 901;
    of("AWS::SQS::Queue").Colour = "red";
    const [policy] = of("AWS::IAM::Role").Policies as { PolicyDocument: { Statement: { Effect: string }[] } }[];
    policy.PolicyDocument.Statement[0].Effect = "Permit";
    (of("AWS::StepFunctions::StateMachine").Definition as { StartAt: string }).StartAt = "Nowhere";
    const findings = (await lint(template)).join("\n");
    expect(findings)
      .to.match(/901 is greater than the maximum/)
      .and.match(/'Colour' was unexpected/)
      .and.match(/'Permit' is not one of/)
      .and.match(/Missing 'Next' target 'Nowhere'/);
  });
});
