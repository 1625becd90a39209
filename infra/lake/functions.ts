/** The functions that a lake has of its own, beside those of its pipelines. */
import type { Closures, ClosureTransforms } from "../closures";
import { alarmOnRejections, objectsCreated, onEvent } from "../event-rules";
import { handlers } from "../handlers";
import type { Lake } from "./lake";

/** Creates them, and what calls them. */
export function createLakeFunctions(lake: Lake, closures: Closures, transforms?: ClosureTransforms): void {
  rejectUnknownControlFiles(lake, closures, transforms);
  recordEnds(lake, closures, transforms);
}

/** Control files that belong to no pipeline are recorded as rejected. */
function rejectUnknownControlFiles(lake: Lake, closures: Closures, transforms?: ClosureTransforms): void {
  const { grant } = lake;
  const assets = lake.bucketName("glue-assets");
  const name = `${lake.lakeName}-unknown`;
  const closure = closures.deploy(
    name,
    {
      handler: handlers.unknown,
      functionName: `${lake.workgroupName}-unknown`,
      environment: lake.environment(),
      statements: [
        grant.listPrefixes("FindPipelines", assets, ["pipelines/"]),
        grant.writeObjects("RecordRejection", assets, ["pipeline_executions/*"]),
      ],
      deadLetters: lake.failures,
    },
    { parent: lake },
    transforms,
  );
  const pattern = objectsCreated(lake.bucketName("landing"), ["incoming/*.done"], "incoming/");
  onEvent(lake, { name, description: "All control files", pattern }, closure, { parent: lake });
  alarmOnRejections(lake, name, closure, { parent: lake });
}

/** Runs that were stopped or ran out of time do not record themselves. */
function recordEnds(lake: Lake, closures: Closures, transforms?: ClosureTransforms): void {
  const { grant } = lake;
  const assets = lake.bucketName("glue-assets");
  const name = `${lake.lakeName}-ended`;
  const prefix = `${lake.workgroupName}-`;
  const closure = closures.deploy(
    name,
    {
      handler: handlers.ended,
      functionName: `${lake.workgroupName}-ended`,
      environment: { ...lake.environment(), MACHINE_PREFIX: prefix },
      statements: [
        grant.listPrefixes("FindRun", assets, ["pipeline_executions/*"]),
        grant.readObjects("ReadManifests", assets, ["pipeline_executions/*/manifest.json"]),
        grant.writeObjects("WriteManifests", assets, ["pipeline_executions/*/manifest.json"]),
      ],
      deadLetters: lake.failures,
    },
    { parent: lake },
    transforms,
  );
  const pattern = {
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      stateMachineArn: [{ prefix: lake.arn.stateMachine(prefix) }],
      status: ["FAILED", "TIMED_OUT", "ABORTED"],
    },
  };
  onEvent(lake, { name, description: "Runs that did not succeed", pattern }, closure, { parent: lake });
}
