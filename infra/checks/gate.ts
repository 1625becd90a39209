/** Lets nothing of a lake be created before all of it was checked. */
import * as pulumi from "@pulumi/pulumi";
import { ProgramError } from "../fault";
import { describeFinding } from "./describe";
import type { Finding } from "./finding";

/**
 * A program has no end that it could be asked for; but what it declares in one go is declared when its code next waits. Then
 * everything that was declared is checked, and all findings fail the program together, before Pulumi hears of any resource:
 * components that are guarded are registered after it, and all others are theirs.
 */
export class Gate {
  private findings: (() => readonly Finding[]) | undefined;
  private round: Promise<void> | undefined;
  private readonly told = new Set<string>();

  /** Says what to ask at the gate. */
  ask(findings: () => readonly Finding[]): void {
    this.findings = findings;
  }

  /** Options of a component that is registered only if the checks found no error. */
  guard<Options extends pulumi.ComponentResourceOptions>(options?: Options): Options {
    const own = options?.dependsOn;
    const dependsOn = pulumi.output(this.passed().then(() => own ?? [])) as pulumi.Input<pulumi.Resource[]>;
    return { ...options, dependsOn } as unknown as Options;
  }

  /** Settles when all that is declared in this go was checked. Rejects with a ProgramError of all findings. */
  passed(): Promise<void> {
    this.round ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.round = undefined;
        try {
          this.pass();
          resolve();
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    return this.round;
  }

  private pass(): void {
    const findings = this.findings?.() ?? [];
    if (findings.some(({ severity }) => severity !== "warning")) throw new ProgramError(findings);
    for (const warning of findings.map(describeFinding)) {
      if (!this.told.has(warning)) void pulumi.log.warn(warning);
      this.told.add(warning);
    }
  }
}
