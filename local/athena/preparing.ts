/**
 * PREPARE, EXECUTE and DEALLOCATE PREPARE in one workgroup. What each asks for: Athena User Guide, "Configure access to prepared
 * statements".
 */
import type { Call, Place } from "../api";
import { onWorkGroup } from "./operation-parts";
import type { PreparedStatements } from "./prepared-statements";
import { invalid } from "./invalid-request";

/** The prepared statements of a workgroup, as one caller may use them. */
export class Preparing {
  constructor(
    private readonly statements: PreparedStatements,
    private readonly workGroup: string,
    private readonly place: Place,
    private readonly call: Call,
  ) {}

  /** Text of a statement. @throws AwsError InvalidRequestException if there is none, AccessDeniedException */
  get(name: string): string {
    this.demand("GetPreparedStatement");
    const found = this.statements.find(this.workGroup, name);
    if (found) return found.sql;
    throw invalid(`PreparedStatement ${name} was not found in workGroup ${this.workGroup}`);
  }

  /** @throws AwsError AccessDeniedException */
  put(name: string, sql: string): void {
    const replaces = this.statements.find(this.workGroup, name) !== undefined;
    this.demand(replaces ? "UpdatePreparedStatement" : "CreatePreparedStatement");
    this.statements.put({ workGroup: this.workGroup, name, sql });
  }

  /** @throws AwsError ResourceNotFoundException if there is none, AccessDeniedException */
  delete(name: string): void {
    this.demand("DeletePreparedStatement");
    this.statements.delete(this.workGroup, name);
  }

  private demand(action: string): void {
    this.call.demand("athena", onWorkGroup(this.place, action, this.workGroup));
  }
}
