/** A pipeline as the program's outputs tell of it: pure. */
import { tellers } from "../../functions/arrival/registered-files";
import type { PipelineDefinition } from "../../functions/runs/pipeline";

/** A pipeline as the program's outputs tell of it. */
export interface PipelineSummary {
  readonly name: string;
  readonly source: string;
  /** Prefixes of its incoming files. */
  readonly incoming: readonly string[];
  /** Names below a date's folder of the objects that say when parts are complete: markers and manifests. */
  readonly markers: readonly string[];
  /** Names of the pipelines before it. */
  readonly after: readonly string[];
  readonly announcedBy: "watcher" | "source";
  /** Physical name of its state machine. */
  readonly stateMachine: string;
}

/** Summarises a pipeline. */
export function pipelineSummary(definition: PipelineDefinition, stateMachine: string): PipelineSummary {
  const { pipeline: name, source, incoming, after, announcedBy } = definition;
  const prefixes = incoming.map(({ prefix }) => prefix);
  return { name, source, incoming: prefixes, markers: incoming.flatMap(tellers), after, announcedBy, stateMachine };
}
