/** Checks of a pipeline's registered files: what may be registered, and how one would know that it is all there. */
import { isHidden, isReservedName } from "../../functions/arrival/registered-files";
import type { DeclaredFile, DeclaredPipeline } from "./declared";
import type { FindingCode } from "./finding";

type Add = (path: string, code: FindingCode, message: string, help?: string) => void;

/** Faults of each registered file by itself, and of two of one pipeline. */
export function incomingFileFindings({ incoming, announcedBy }: DeclaredPipeline, add: Add): void {
  incoming.forEach((file, index) => {
    const { prefix, files = "one", complete } = file;
    const path = `incoming[${index}]`;
    const first = incoming.findIndex((other) => other.prefix === prefix);
    if (first < index) add(`${path}.prefix`, "duplicate-prefix", `'${prefix}' is registered twice`);
    prefixFindings(file, (message, help) => add(`${path}.prefix`, "duplicate-prefix", message, help));
    if (files === "one") {
      const help = `one file is complete when it is there: leave it out, or say files: "many".`;
      if (complete)
        add(`${path}.complete`, "incoming-files", `'${prefix}' is one file and says when parts are complete`, help);
    } else if (!complete && announcedBy !== "source") {
      const help = `say it with complete: { marker: "_SUCCESS" }, { count } or { manifest }, or with announcedBy: "source".`;
      add(`${path}.files`, "incoming-files", `nobody would know when all parts of '${prefix}' are there`, help);
    }
    if (files === "many" && complete) {
      completeFindings(complete, (message, help) => add(`${path}.complete`, "incoming-files", message, help));
    }
  });
}

type AddHere = (message: string, help: string) => void;

function prefixFindings({ prefix, files = "one" }: DeclaredFile, add: AddHere): void {
  if (files === "one" && !/^[A-Za-z0-9_.=-]+$/.test(prefix)) {
    const help = prefix.includes("/")
      ? `one file stands in the date's folder itself; files: "many" takes the parts below a folder.`
      : "it is how the file's name starts: use letters, digits, '_', '.', '=' and '-'.";
    add(`'${prefix}' is no start of a file's name`, help);
  } else if (!/^([A-Za-z0-9_.=-]+\/)*[A-Za-z0-9_.=-]*$/.test(prefix) || prefix === "") {
    const help =
      "it is how names start below the date's folder: use letters, digits, '_', '.', '=', '-' and '/' between.";
    add(`'${prefix}' is no start of a file's name`, help);
  } else if (isHidden(prefix.replace(/\/$/, ""))) {
    // Athena User Guide, "Specify a table location in Amazon S3".
    add(
      `'${prefix}' is the start of a name that Athena passes over`,
      "names that begin with '_' or '.' are never data.",
    );
  }
}

function completeFindings(complete: object, add: AddHere): void {
  const given = Object.entries(complete).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name);
  if (names.length !== 1 || !["marker", "count", "manifest"].includes(names[0])) {
    add(`parts are complete by ${names.join(" and ") || "nothing"}`, "give one of marker, count and manifest.");
    return;
  }
  const [[name, value]] = given as [string, unknown][];
  if (name === "count") {
    const whole = Number.isInteger(value) && Number(value) >= 1;
    if (!whole) add(`there are no ${String(value)} parts`, "count is a whole number from 1 on.");
  } else if (typeof value !== "string" || !/^[A-Za-z0-9_.=-]+$/.test(value)) {
    add(
      `'${String(value)}' is no name of an object`,
      `a ${name} stands beside the parts: give its name without a folder.`,
    );
  } else if (isReservedName(value)) {
    const help = `files that end in .done or .completed are the lake's own: for a control file say announcedBy: "source".`;
    add(`'${value}' is the name of a control file or marker of the lake`, help);
  }
}
