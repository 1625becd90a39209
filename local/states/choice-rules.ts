/**
 * Rules of Choice states: what a choice rule may hold, in either query language.
 * Source: Amazon States Language, "Choice State"; developer guide, "Choice workflow state" (state-choice).
 */
import { type ChoiceTest, comparisonOf, OPERATORS, timestamp } from "./choice";
import type { ChoiceState } from "./definition";
import { expressionIn } from "./jsonata";
import { pathFault } from "./jsonpath";

type Report = (location: string, message: string) => void;

/** Reports what is wrong with the rules of a state at `place`. */
export function checkChoices(state: ChoiceState, place: string, report: Report): void {
  state.Choices.forEach((rule, index) => {
    const here = `${place}/Choices/${index}`;
    if (state.QueryLanguage === "JSONPath") {
      const test = Object.entries(rule).filter(([key]) => !["Next", "Assign", "Output"].includes(key));
      checkTest(Object.fromEntries(test), here, report);
    } else if (
      typeof rule.Condition !== "boolean" &&
      (typeof rule.Condition !== "string" || expressionIn(rule.Condition) === undefined)
    ) {
      report(`${here}/Condition`, "A Condition must be a {% … %} expression that yields true or false.");
    } else {
      const extra = Object.keys(rule).filter(
        (key) => !["Condition", "Next", "Assign", "Output", "Comment"].includes(key),
      );
      if (extra.length > 0) report(here, `Field is not supported here: ${extra.join(", ")}`);
    }
  });
}

function checkTest(test: ChoiceTest, here: string, report: Report): void {
  const keys = Object.keys(test).filter((key) => key !== "Comment");
  if (test.Not !== undefined && keys.length === 1) return checkTest(test.Not, `${here}/Not`, report);
  const parts = test.And ?? test.Or;
  if (Array.isArray(parts) && parts.length > 0 && keys.length === 1) {
    (parts as ChoiceTest[]).forEach((part, index) =>
      checkTest(part, `${here}/${test.And ? "And" : "Or"}/${index}`, report),
    );
    return;
  }
  const operator = comparisonOf(test);
  if (operator === undefined || typeof test.Variable !== "string" || keys.length !== 2) {
    report(here, "A rule has exactly one of And, Or, Not, or a Variable with one comparison operator.");
    return;
  }
  const fault = pathFault(test.Variable);
  if (fault !== undefined) report(`${here}/Variable`, fault);
  const wanted = OPERATORS.get(operator);
  const value = test[operator];
  const right =
    wanted === "path"
      ? typeof value === "string" && pathFault(value) === undefined
      : wanted === "timestamp"
        ? timestamp(value) !== undefined
        : typeof value === wanted;
  if (!right) report(`${here}/${operator}`, `${operator} needs a ${wanted}, not ${JSON.stringify(value)}.`);
}
