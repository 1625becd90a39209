/** Which event patterns a rule may have: valid ones that are not too complex. EventBridge API reference, "PutRule". */
import { largestComplexity, patternComplexity, tooComplex } from "../../event-patterns/complexity";
import { AwsError } from "../api";
import { compilePattern } from "./patterns";

/** Throws `InvalidEventPatternException` for a pattern, JSON text, that `PutRule` refuses. */
export function admitPattern(text: string): void {
  compilePattern(text);
  if (patternComplexity(JSON.parse(text) as object) <= largestComplexity) return;
  throw new AwsError("InvalidEventPatternException", `Event pattern is not valid. Reason: ${tooComplex}`);
}
