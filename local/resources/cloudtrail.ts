/**
 * CloudTrail: the journal records every call, so a trail itself is recorded only.
 */
import { arnOf, recorded, text, type ResourceTypes } from "./resource-type";

export const cloudtrail: ResourceTypes = {
  "aws:cloudtrail/trail:Trail": recorded("the journal records every call", {
    naming: { property: "name" },
    computed: ({ name, place }) => {
      const arn = arnOf(place, "cloudtrail", `trail/${name}`);
      return { id: arn, arn, homeRegion: place.region };
    },
  }),
  // A component of the provider's own: it makes the trail and, unless given, its bucket and log group.
  "awsx:cloudtrail:Trail": recorded("the journal records every call", {
    computed: ({ inputs, name, place }) => {
      const trailName = text(inputs, "name") || name;
      const bucket = `${name}-${place.account}`.toLowerCase();
      const logGroup = `/aws/cloudtrail/${trailName}`;
      return {
        id: "",
        trail: { id: trailName, name: trailName, arn: arnOf(place, "cloudtrail", `trail/${trailName}`) },
        ...(inputs.s3Bucket === undefined ? { bucket: { id: bucket, bucket, arn: `arn:aws:s3:::${bucket}` } } : {}),
        ...(inputs.cloudWatchLogsGroup === undefined
          ? {}
          : { logGroup: { id: logGroup, name: logGroup, arn: arnOf(place, "logs", `log-group:${logGroup}`) } }),
      };
    },
  }),
};
