/**
 * CloudWatch: metrics of log lines, alarms, dashboards.
 */
import { z } from "zod";
import { compileFilterPattern } from "../logs/filter-pattern";
import { parseInput } from "../http/parse-input";
import { readDashboard } from "../cloudwatch/dashboard";
import { alarmSettings } from "../cloudwatch/stored-alarm";
import { ANY, arnOf, deployed, recorded, text, type ResourceTypes } from "./resource-type";

const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

const filterInputs = z.strictObject({
  region: z.string().optional(),
  name: z.string(),
  logGroupName: z.string(),
  pattern: z.string(),
  metricTransformation: z.strictObject({
    name: z.string(),
    namespace: z.string(),
    value: z.string(),
    defaultValue: z.coerce.number().optional(),
    dimensions: z.record(z.string(), z.string()).optional(),
    unit: z.string().optional(),
  }),
});

const arns = z.array(z.string()).optional();

const alarmInputs = z
  .strictObject({
    ...ANY,
    name: z.string(),
    alarmDescription: z.string().optional(),
    namespace: z.string(),
    metricName: z.string(),
    dimensions: z.record(z.string(), z.string()).optional(),
    statistic: z.string().optional(),
    extendedStatistic: z.string().optional(),
    unit: z.string().optional(),
    period: z.number(),
    evaluationPeriods: z.number(),
    datapointsToAlarm: z.number().optional(),
    threshold: z.number(),
    comparisonOperator: alarmSettings.shape.comparisonOperator,
    treatMissingData: alarmSettings.shape.treatMissingData,
    actionsEnabled: z.boolean().optional(),
    alarmActions: arns,
    okActions: arns,
    insufficientDataActions: arns,
  })
  .transform(({ alarmDescription, statistic, extendedStatistic, ...given }): z.input<typeof alarmSettings> => ({
    ...given,
    description: alarmDescription,
    statistic: statistic ?? extendedStatistic ?? "",
  }));

export const cloudwatch: ResourceTypes = {
  [LOG_GROUP]: recorded("functions log to the runtime's folder", {
    naming: { property: "name" },
    computed: ({ name, place }) => ({ id: name, arn: arnOf(place, "logs", `log-group:${name}`) }),
  }),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": deployed({
    naming: { property: "name" },
    computed: ({ name }) => ({ id: name }),
    inputs: filterInputs,
    references: ({ logGroupName }) => [{ property: "logGroupName", value: logGroupName, types: [LOG_GROUP] }],
    check: ({ pattern }) => void compileFilterPattern(pattern),
    deploy: ({ inputs: { name, logGroupName, pattern, metricTransformation } }, { metricFilters }) =>
      metricFilters.put({ name, logGroupName, pattern, transformation: metricTransformation }),
    remove: ({ id, outputs }, { metricFilters }) => metricFilters.delete(text(outputs, "logGroupName"), id),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": deployed({
    naming: { property: "name" },
    computed: ({ name, place }) => ({ id: name, arn: arnOf(place, "cloudwatch", `alarm:${name}`) }),
    inputs: alarmInputs,
    references: ({ alarmActions = [], okActions = [], insufficientDataActions = [] }) =>
      [...alarmActions, ...okActions, ...insufficientDataActions].map((value) => ({
        property: "action",
        value,
        types: ["aws:sns/topic:Topic"],
      })),
    check: (inputs) => void parseInput(alarmSettings, inputs),
    deploy: ({ inputs }, { alarms }) => alarms.put(inputs),
    remove: ({ id }, { alarms }) => alarms.delete(id),
  }),
  "aws:cloudwatch/dashboard:Dashboard": deployed({
    naming: { property: "dashboardName" },
    computed: ({ name, place }) => ({
      id: name,
      dashboardArn: `arn:aws:cloudwatch::${place.account}:dashboard/${name}`,
    }),
    inputs: z.strictObject({ region: z.string().optional(), dashboardName: z.string(), dashboardBody: z.string() }),
    check: ({ dashboardBody }) => void readDashboard(dashboardBody),
    // There is nothing to draw on: what its graphs search for is asked of GetMetricData.
    deploy: () => undefined,
    remove: () => undefined,
  }),
};
