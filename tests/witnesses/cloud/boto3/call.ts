import type { Properties } from "../inputs";

/** One call. */
export interface Call {
  /** boto3's name of the client, e.g. `stepfunctions`. */
  readonly service: string;
  /** Its method, e.g. `create_state_machine`. */
  readonly method: string;
  readonly parameters: Properties;
  /** Values of the graph that AWS makes up itself, by where the answer has them, e.g. `KeyMetadata.Arn`. */
  readonly learns?: Readonly<Record<string, unknown>>;
}

export const call = (service: string, method: string, parameters: Properties, learns?: Call["learns"]): Call[] => [
  { service, method, parameters, ...(learns && { learns }) },
];
