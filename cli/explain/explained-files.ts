/** The incoming files behind explained changes: which they are, and when they arrived. */
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { fileId, onlyFile, type SourceFile, type SourceFiles } from "../../audit/explanation/explained";
import type { Change, Explanation } from "../../audit/explanation/tree";
import { bareEtag } from "../../functions/storage/objects";
import type { Lake } from "../lake/lake";

/** The files that all rows of the two dates are from, where there is one. */
export function onlyFiles(files: SourceFiles | undefined): Change["files"] {
  return { current: onlyFile(files?.current), prior: onlyFile(files?.prior) };
}

/** When the files arrived that are still the ones which were landed. */
export async function readArrivals(
  lake: Pick<Lake, "s3" | "outputs">,
  explanations: readonly Explanation[],
): Promise<Record<string, string>> {
  const filesIn = ({ files, causes }: Explanation): SourceFile[] => [
    ...[files.current, files.prior].filter((file) => file !== undefined),
    ...causes.flatMap(({ source }) => filesIn(source)),
  ];
  const arrivals: Record<string, string> = {};
  for (const file of explanations.flatMap(filesIn)) {
    if (arrivals[fileId(file)] !== undefined) continue;
    try {
      const head = await lake.s3.send(new HeadObjectCommand({ Bucket: lake.outputs.landingBucket, Key: file.key }));
      const same = bareEtag(head.ETag) === file.etag;
      if (head.LastModified && same) arrivals[fileId(file)] = head.LastModified.toISOString();
    } catch (error) {
      if ((error as Error).name !== "NotFound") throw error;
    }
  }
  return arrivals;
}
