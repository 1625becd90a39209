/**
 * Errors of the functions. A state machine catches an error by its name, and a class does not survive the serialization
 * of a closure as an Error: so faults are plain errors with a name.
 */

/** Names of the faults that this project raises on purpose. Each is a row of docs/errors.md. */
export type FaultName =
  | "ControlFileUnknown"
  | "ControlFileInvalid"
  | "ExecDateInvalid"
  | "IncomingFileMissing"
  | "IncomingFileDuplicated"
  | "IncomingFilesMismatch"
  | "IncomingFileReplaced"
  | "FileNotParquet"
  | "FileNotAsDeclared"
  | "HeaderDiffers"
  | "RowsRejected"
  | "ColumnMissing"
  | "ColumnTypeMismatch"
  | "ResultEmpty"
  | "CheckFailed"
  | "TemplateMissing"
  | "TemplateInvalid"
  | "QueryTooLong"
  | "ConfigurationInvalid";

/** An error with a name that a state machine, a run record and a person can tell apart. */
export interface Fault extends Error {
  readonly name: FaultName;
  readonly isFault: true;
}

/** Builds a fault. `message` names the place (key, table, column), what was found and what was expected. */
export function fault(name: FaultName, message: string): Fault {
  return Object.assign(new Error(message), { name, isFault: true as const });
}

/** Whether an error is a fault of the input, not a failure of a call that may succeed when it is made again. */
export function isFault(error: unknown): error is Fault {
  return (error as Partial<Fault> | undefined)?.isFault === true;
}
