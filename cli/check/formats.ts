/** Findings for machines: JSON, workflow commands of GitHub, and SARIF. */
import type { Finding } from "./findings";

/** The formats that `tributary check --format` takes. */
export const CHECK_FORMATS = ["text", "json", "github", "sarif"] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

/** Writes findings in a format for machines, ending with a line break unless there is nothing. */
export function writeFindings(findings: readonly Finding[], format: Exclude<CheckFormat, "text">): string {
  if (format === "github") return findings.map(annotation).join("");
  return `${JSON.stringify(format === "sarif" ? sarif(findings) : findings, null, 2)}\n`;
}

/** What was found and what was meant, as one paragraph. */
function sentence({ message, help, notes }: Finding): string {
  return [message, ...(help ? [help] : []), ...notes].join("\n");
}

/** GitHub documentation, "Workflow commands for GitHub Actions": setting an error message. */
function annotation(finding: Finding): string {
  const { at, code, severity } = finding;
  const escape = (text: string): string => text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
  const property = (text: string): string => escape(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
  const place = at
    ? [`file=${property(at.file)}`, `line=${at.line}`, `col=${at.column}`, `endColumn=${at.column + at.length}`]
    : [];
  return `::${severity} ${[...place, `title=${property(code)}`].join(",")}::${escape(sentence(finding))}\n`;
}

/** SARIF 2.1.0, as code scanning reads it (GitHub documentation, "SARIF support for code scanning"). */
function sarif(findings: readonly Finding[]): object {
  const rules = [...new Set(findings.map(({ code }) => code))].sort();
  return {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: [
      {
        tool: { driver: { name: "tributary check", rules: rules.map((id) => ({ id, name: id })) } },
        results: findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: rules.indexOf(finding.code),
          level: finding.severity,
          message: { text: sentence(finding) },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: finding.at?.file ?? finding.place },
                region: finding.at
                  ? {
                      startLine: finding.at.line,
                      startColumn: finding.at.column,
                      endColumn: finding.at.column + finding.at.length,
                    }
                  : { startLine: 1 },
              },
            },
          ],
        })),
      },
    ],
  };
}
