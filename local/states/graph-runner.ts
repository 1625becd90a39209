/** What Parallel and Map states need of the interpreter that runs them. */
import type { StateGraph } from "./definition";
import type { Environment } from "./environment";
import type { Json } from "./payload";
import type { Strand } from "./strand";

/** Runs graphs of states. */
export interface GraphRunner {
  readonly environment: Environment;
  /** Runs a graph from its first state to its last and returns the output. */
  runGraph(graph: StateGraph, input: Json, strand: Strand): Promise<Json>;
}
