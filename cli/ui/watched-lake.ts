/** A lake's page that is drawn anew when the lake has changed, and looked after only while somebody looks. */
import { paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { renderPage } from "../../report/page";
import type { LakeView } from "../../report/view";
import type { Lake } from "../lake/lake";
import type { Project } from "../lake/project";
import { readView, type ViewRequest } from "../report/read-view";

/** The page of a lake, kept. */
export class WatchedLake {
  private view: LakeView | undefined;
  private page = "";
  private mark = "";
  private drawing: Promise<boolean> | undefined;

  constructor(
    private readonly lake: Lake,
    private readonly project: Project,
    private readonly request: ViewRequest,
  ) {}

  /** The page as it was last drawn; drawn now if it never was. */
  async html(): Promise<string> {
    if (this.page === "") await this.look();
    return this.page;
  }

  /** Looks whether anything has changed, and draws the page anew if so. Answers whether it has. */
  look(): Promise<boolean> {
    this.drawing ??= this.draw().finally(() => {
      this.drawing = undefined;
    });
    return this.drawing;
  }

  private async draw(): Promise<boolean> {
    const mark = await this.readMark();
    const runs = this.view?.cells.some(({ state }) => state === "running") ?? false;
    // What runs goes from state to state without a trace in the buckets.
    if (mark === this.mark && !runs) return false;
    this.view = await readView(this.lake, this.project, this.request, this.view);
    const page = renderPage(this.view, { live: true });
    const changed = withoutTime(page) !== withoutTime(this.page);
    [this.page, this.mark] = [page, mark];
    return changed;
  }

  /** What arrived, what runs recorded, how far backfills are: keys with their ETags. */
  private async readMark(): Promise<string> {
    const { s3, outputs } = this.lake;
    const marks: string[] = [];
    const places = [
      [outputs.landingBucket, "incoming/"],
      [outputs.assetsBucket, "pipeline_executions/"],
      [outputs.assetsBucket, "backfills/"],
    ] as const;
    for (const [Bucket, Prefix] of places) {
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix })) {
        for (const { Key = "", ETag = "" } of Contents)
          if (!/\/(steps|checks)\//.test(Key)) marks.push(`${Key} ${ETag}`);
      }
    }
    return marks.join("\n");
  }
}

/** A page without the moment at which it was made, which is always another. */
function withoutTime(page: string): string {
  return page.slice(0, page.indexOf("<footer>")).replace(/<p class="made">[\s\S]*?<\/p>/, "");
}
