/**
 * The page docs/api.md: every name that the package exports with its signature, as TypeScript declares it. A test fails when it
 * changes unnoticed; `npm run api:update` writes it anew.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { format, resolveConfig } from "prettier";
import ts from "typescript";

const house = join(__dirname, "..", "..");

/** Where the page stands. */
export const reportPath = join(house, "docs", "api.md");

/** An exported name and the file that declares it. */
interface Exported {
  readonly name: string;
  readonly file: string;
}

/** What a module of re-exports exports. Throws for anything else in it: the report would not have it. */
export function exportsOf(index: string): Exported[] {
  const source = ts.createSourceFile(index, readFileSync(index, "utf8"), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
      throw new Error(`${index} does more than to export names of other files.`);
    }
    const from = join(dirname(index), (statement.moduleSpecifier as ts.StringLiteral).text);
    const file = [`${from}.ts`, join(from, "index.ts")].find((path) => existsSync(path)) ?? from;
    return statement.exportClause.elements.map(({ name, propertyName }) => {
      if (propertyName) throw new Error(`${index} exports ${name.text} under another name.`);
      return { name: name.text, file };
    });
  });
}

/**
 * The declarations of a source as its users see them, by name: without bodies, comments and private members. Throws where a type
 * is left to inference, since then no report can have it.
 */
export function declarations(source: string, file: string): Map<string, string> {
  const compilerOptions = { target: ts.ScriptTarget.ES2020, strict: true, removeComments: true };
  const { outputText, diagnostics } = ts.transpileDeclaration(source, {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions,
  });
  const declared = ts.createSourceFile(file, outputText, ts.ScriptTarget.Latest, true);
  const found = new Map<string, string>();
  for (const statement of declared.statements) {
    const name = (statement as Partial<ts.ClassDeclaration>).name?.text;
    if (name !== undefined) found.set(name, withoutPrivate(statement, declared));
  }
  const inferred = (diagnostics ?? []).map(({ messageText, start = 0 }) => {
    const line = source.slice(0, start).split("\n").length;
    return `${relative(house, file)}:${line}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
  // A private getter is declared without its type.
  const faults = inferred.filter(
    (_, at) => !/\bprivate get \w+\(\)/.test(lineOf(source, diagnostics?.[at].start ?? 0)),
  );
  if (faults.length > 0) throw new Error(faults.join("\n"));
  return found;
}

function lineOf(source: string, at: number): string {
  return source.slice(source.lastIndexOf("\n", at) + 1, (source.indexOf("\n", at) + 1 || source.length + 1) - 1);
}

function withoutPrivate(statement: ts.Statement, source: ts.SourceFile): string {
  const text = statement.getText(source);
  if (!ts.isClassDeclaration(statement)) return text;
  const hidden = statement.members.filter((member) =>
    ts.getModifiers(member as ts.PropertyDeclaration)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword),
  );
  return hidden.reduceRight((kept, member) => {
    const [from, to] = [member.pos, member.end].map((at) => at - statement.getStart(source));
    return kept.slice(0, from) + kept.slice(to);
  }, text);
}

/** The page's text. */
export async function apiReport(): Promise<string> {
  const byFile = new Map<string, Map<string, string>>();
  const signatures = (index: string): string =>
    exportsOf(join(house, index))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, file }) => {
        const declared = byFile.get(file) ?? declarations(readFileSync(file, "utf8"), file);
        byFile.set(file, declared);
        const signature = declared.get(name);
        if (signature === undefined) throw new Error(`${file} declares no ${name}.`);
        const path = relative(house, file);
        return `### ${name}\n\n[${path}](../${path})\n\n\`\`\`ts\n${signature}\n\`\`\`\n`;
      })
      .join("\n");
  const text = `# API

What the package \`tributary\` exports, made by \`npm run api:update\` from the declarations; a test
(\`tests/infra/api.test.ts\`) fails when it is not current. Purpose, defaults and examples stand beside each declaration;
[your-own-lake.md](your-own-lake.md) is a whole program, [local/README.md](../local/README.md) a test of another one.

## tributary

${signatures("infra/index.ts")}

## tributary/local

${signatures("local/index.ts")}
## tributary/testing

${signatures("cli/testing/index.ts")}`;
  return format(text, { ...(await resolveConfig(reportPath)), filepath: reportPath });
}

if (require.main === module) void apiReport().then((text) => writeFileSync(reportPath, text));
