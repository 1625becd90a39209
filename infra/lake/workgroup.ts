/** The Athena workgroup of all queries of a lake. */
import * as aws from "@pulumi/aws";
import type { DataLakeArgs } from "../data-lake-args";
import { transformed } from "../transform";
import type { Lake } from "./lake";

/** Creates the workgroup. */
export function createWorkgroup(lake: Lake, { scanLimit, transform }: DataLakeArgs): aws.athena.Workgroup {
  return new aws.athena.Workgroup(
    ...transformed(
      transform?.workgroup,
      lake.lakeName,
      {
        name: lake.workgroupName,
        // A workgroup with a query history cannot be deleted otherwise; the history is no data.
        forceDestroy: true,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          engineVersion: { selectedEngineVersion: "Athena engine version 3" },
          bytesScannedCutoffPerQuery: scanLimit ?? 1e12,
          resultConfiguration: {
            outputLocation: `s3://${lake.bucketName("athena-results")}/`,
            encryptionConfiguration: lake.objectsKey
              ? { encryptionOption: "SSE_KMS", kmsKeyArn: lake.objectsKey }
              : { encryptionOption: "SSE_S3" },
          },
        },
      },
      { parent: lake },
    ),
  );
}
