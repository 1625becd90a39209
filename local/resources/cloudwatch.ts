/**
 * CloudWatch: what watches a deployed system. Nobody is woken up here, so it is recorded only.
 */
import { arnOf, recorded, type ResourceTypes } from "./resource-type";

export const cloudwatch: ResourceTypes = {
  "aws:cloudwatch/logGroup:LogGroup": recorded("functions log to the runtime's folder", {
    naming: { property: "name" },
    computed: ({ name, place }) => ({ id: name, arn: arnOf(place, "logs", `log-group:${name}`) }),
  }),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": recorded("there are no metrics here", {
    naming: { property: "name" },
    computed: ({ name }) => ({ id: name }),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": recorded("there are no metrics here", {
    naming: { property: "name" },
    computed: ({ name, place }) => ({ id: name, arn: arnOf(place, "cloudwatch", `alarm:${name}`) }),
  }),
  "aws:cloudwatch/dashboard:Dashboard": recorded("there are no metrics here", {
    naming: { property: "dashboardName" },
    computed: ({ name, place }) => ({
      id: name,
      dashboardArn: `arn:aws:cloudwatch::${place.account}:dashboard/${name}`,
    }),
  }),
};
