/** Checks of registered prefixes across pipelines: a file must not count for two tables. */
import { isReservedName } from "../../functions/arrival/registered-files";
import type { DeclaredPipeline } from "./declared";
import { findingAt, type Finding, type ReadSource } from "./finding";

/**
 * Prefixes that take files of other pipelines, or none. Within a pipeline the longest prefix owns a file; pipelines of one source
 * share a folder and do not know each other's prefixes.
 */
export function prefixFindings(pipelines: readonly DeclaredPipeline[], read: ReadSource): Finding[] {
  const found: Finding[] = [];
  for (const pipeline of pipelines) {
    pipeline.incoming.forEach(({ prefix }, index) => {
      const add = (message: string, help: string): void => {
        const place = pipeline.site.at(`incoming[${index}].prefix`);
        found.push(findingAt(place, read, { code: "ambiguous-prefix", message, help }));
      };
      if (isReservedName(prefix)) {
        add(
          `'${prefix}' is the name of a control file or marker`,
          "files that end in .done or .completed are never data.",
        );
      }
      for (const other of pipelines) {
        if (other === pipeline || other.source === undefined || other.source !== pipeline.source) continue;
        const longer = other.incoming.find(
          (file) =>
            file.prefix !== prefix &&
            file.prefix.startsWith(prefix) &&
            // What has no folder takes no files in folders.
            (prefix.includes("/") || !file.prefix.includes("/")) &&
            !pipeline.incoming.some((own) => own.prefix === file.prefix),
        );
        const { files = "one" } = pipeline.incoming[index];
        const same = other.incoming.find((file) => file.prefix === prefix && (file.files ?? "one") !== files);
        if (same && files === "many") {
          const help = `give both the same 'files', or one of them another prefix or source.`;
          add(`'${prefix}' is many files here, and one of ${other.pipelineName}`, help);
        }
        if (!longer) continue;
        const help = `write more of the file's name, e.g. '${prefix}-' or '${prefix}.', or give one of them another source.`;
        add(`'${prefix}' takes the files of '${longer.prefix}' of ${other.pipelineName}, too`, help);
      }
    });
  }
  return found;
}
