/** The pipelines that one comes after: pure. */

/** A pipeline to come after, and which of its dates is needed. */
export interface Upstream<P> {
  readonly pipeline: P;
  /**
   * - `"same date"`: the pipeline must be complete for the date, and a new run of it is followed by a new run
   * - `"latest"`: its newest complete date not after the date is read, whatever is the newest when a run starts; models see it as
   *   `latest.<pipeline>`. For what changes seldom. It may have another source.
   *
   * @default "same date"
   */
  readonly needs?: "same date" | "latest";
}

/** Pipelines by what is needed of them. */
export interface Upstreams<P> {
  readonly sameDate: readonly P[];
  readonly latest: readonly P[];
}

/** Tells those whose date is waited for from those of which the latest is read. */
export function upstreamsOf<P extends { readonly pipelineName: string }>(
  after: readonly (P | Upstream<P>)[],
): Upstreams<P> {
  const all = after.map((each) => ("pipeline" in each ? each : { pipeline: each }));
  const of = (wanted: "same date" | "latest"): P[] =>
    all.filter(({ needs = "same date" }) => needs === wanted).map(({ pipeline }) => pipeline);
  return { sameDate: of("same date"), latest: of("latest") };
}

/** As the checks see them, in the order of the argument. */
export function declaredUpstreams(
  after: readonly (Declarable | Upstream<Declarable>)[],
): { pipelineName: string; source: string; needs: "same date" | "latest" }[] {
  return after.map((each) => {
    const { pipeline, needs = "same date" } = "pipeline" in each ? each : { pipeline: each };
    return { pipelineName: pipeline.pipelineName, source: pipeline.source, needs };
  });
}

interface Declarable {
  readonly pipelineName: string;
  readonly source: string;
}
