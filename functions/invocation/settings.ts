/** What differs between the functions of a lake: read from the environment when a handler is built, never at module level. */
import { fault } from "./fault";

/** Settings of each function of a lake. */
export interface LakeSettings {
  /** Bucket that files arrive in. */
  readonly landing: string;
  /** Bucket of templates, definitions and run records. */
  readonly assets: string;
}

/** Settings of each function of a pipeline. */
export interface PipelineSettings extends LakeSettings {
  readonly pipeline: string;
}

/**
 * Reads the settings of a function of the lake.
 *
 * @throws `ConfigurationInvalid` if one is not set
 */
export function lakeSettings(): LakeSettings {
  return { landing: setting("LANDING_BUCKET"), assets: setting("ASSETS_BUCKET") };
}

/**
 * Reads the settings of a pipeline's function.
 *
 * @throws `ConfigurationInvalid` if one is not set
 */
export function pipelineSettings(): PipelineSettings {
  return { ...lakeSettings(), pipeline: setting("PIPELINE") };
}

/** Settings of the function that hears of executions' ends. */
export interface MachineSettings extends LakeSettings {
  /** What the names of the lake's state machines start with, before the pipeline's. */
  readonly machinePrefix: string;
}

/**
 * Reads the settings of the function that hears of executions' ends.
 *
 * @throws `ConfigurationInvalid` if one is not set
 */
export function machineSettings(): MachineSettings {
  return { ...lakeSettings(), machinePrefix: setting("MACHINE_PREFIX") };
}

/** Settings of the function that records lineage. */
export interface LineageSettings extends LakeSettings {
  /** Namespace of jobs: the lake's own. */
  readonly namespace: string;
  readonly region: string;
}

/**
 * Reads the settings of the function that records lineage.
 *
 * @throws `ConfigurationInvalid` if one is not set
 */
export function lineageSettings(): LineageSettings {
  // Lambda sets the region. Lambda documentation, "Using Lambda environment variables".
  return { ...lakeSettings(), namespace: `tributary.${setting("LAKE")}`, region: setting("AWS_REGION") };
}

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw fault("ConfigurationInvalid", `The environment variable ${name} is not set on this function.`);
  return value;
}
