/** Bodies of dashboards. CloudWatch API reference, "Dashboard Body Structure and Syntax". */
import { z } from "zod";
import { AwsError } from "../api";
import { parseSearch } from "./search-expression";

/** What a graph of a dashboard asks for. */
export interface DashboardGraph {
  readonly title: string;
  /** Seconds. */
  readonly period?: number;
  /** Its searches; graphs of metrics by name have none. */
  readonly searches: readonly string[];
}

const expression = z.object({ expression: z.string() });

const body = z.object({
  widgets: z
    .array(
      z.looseObject({
        type: z.string(),
        properties: z.looseObject({
          title: z.string().default(""),
          period: z.number().optional(),
          metrics: z.array(z.array(z.unknown())).default([]),
        }),
      }),
    )
    .default([]),
});

/**
 * The graphs of a dashboard.
 *
 * @throws AwsError `InvalidParameterInput` for a body that is none, `ValidationError` for a search that cannot be read
 */
export function readDashboard(text: string): DashboardGraph[] {
  const { widgets } = parseBody(text);
  return widgets
    .filter(({ type }) => type === "metric")
    .map(({ properties: { title, period, metrics } }) => {
      const found = metrics.flatMap((row) => row.flatMap((cell) => expression.safeParse(cell).data?.expression ?? []));
      const searches = found.filter((each) => /\bSEARCH\s*\(/.test(each));
      searches.forEach(parseSearch);
      return { title, ...(period !== undefined && { period }), searches };
    });
}

function parseBody(text: string): z.output<typeof body> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AwsError("InvalidParameterInput", `The dashboard body is no JSON: ${(error as Error).message}`);
  }
  const read = body.safeParse(json);
  if (read.success) return read.data;
  throw new AwsError("InvalidParameterInput", `The dashboard body is invalid:\n${z.prettifyError(read.error)}`);
}
