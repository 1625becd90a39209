/**
 * What came of all cases: equal, refused by name, or different. Prints the counts of each area, and what differs.
 */
export interface Verdict {
  readonly id: string;
  readonly kind: "equal" | "refused" | "different";
  /** What differs, or why it is refused. */
  readonly why?: string;
}

export class Matrix {
  private readonly areas = new Map<string, Verdict[]>();

  /** `faults` names recordings that cannot be matched, each with its reason. */
  constructor(private readonly faults: ReadonlyMap<string, string>) {}

  add(area: string, verdicts: readonly Verdict[]): void {
    this.areas.set(area, [...(this.areas.get(area) ?? []), ...verdicts]);
  }

  /** Cases that differ and are in no list. */
  unexpected(area: string): readonly string[] {
    return this.of(area, "different").map(({ id, why }) => `${id}\n      ${why ?? ""}`);
  }

  /** Listed faults that match after all, or have no case: a list that is longer than it must be. */
  stale(): readonly string[] {
    const different = [...this.areas.values()].flat().filter(({ kind }) => kind === "different");
    return [...this.faults.keys()].filter((id) => !different.some((verdict) => verdict.id === id));
  }

  /** Reasons of refusals and how many cases each has. */
  refusals(): readonly [reason: string, cases: number][] {
    const counts = new Map<string, number>();
    for (const { kind, why = "" } of [...this.areas.values()].flat())
      if (kind === "refused") counts.set(why, (counts.get(why) ?? 0) + 1);
    return [...counts].sort(([, a], [, b]) => b - a);
  }

  print(): string {
    const rows = [...this.areas.keys()].map((area) => this.row(area));
    const sum = (index: number) => rows.reduce((total, row) => total + Number(row[index]), 0);
    const table = [
      ["area", "equal", "refused", "different", "faulty"],
      ...rows,
      ["all", ...[1, 2, 3, 4].map((index) => String(sum(index)))],
    ];
    const width = Math.max(...table.map(([area]) => area.length));
    return table
      .map(([area, ...counts]) => `${area.padEnd(width)}${counts.map((n) => n.padStart(11)).join("")}`)
      .join("\n");
  }

  private row(area: string): [string, string, string, string, string] {
    const count = (kind: Verdict["kind"]) => String(this.of(area, kind).length);
    const atFault = (this.areas.get(area) ?? []).filter(({ kind, id }) => kind === "different" && this.faults.has(id));
    return [area, count("equal"), count("refused"), count("different"), String(atFault.length)];
  }

  private of(area: string, kind: Verdict["kind"]): Verdict[] {
    const all = this.areas.get(area) ?? [];
    return all.filter((verdict) => verdict.kind === kind && !(kind === "different" && this.faults.has(verdict.id)));
  }
}
