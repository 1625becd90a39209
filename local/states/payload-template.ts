/**
 * Payload templates of JSONPath states: Parameters, ResultSelector, ItemSelector and Assign, where a key that ends in
 * `.$` holds a path or an intrinsic function.
 * Source: Amazon States Language, "Payload Template".
 */
import { evaluateIntrinsic, intrinsicFault, isIntrinsic } from "./intrinsics";
import { pathFault, readPath, type PathRoots } from "./jsonpath";
import type { Json, JsonObject } from "./payload";

/** Fills a template from `roots`. Throws `States.Runtime` for paths that lead nowhere and failing intrinsics. */
export function fillTemplate(template: Json, roots: PathRoots, random: () => number): Json {
  if (Array.isArray(template)) return template.map((item) => fillTemplate(item, roots, random));
  if (template === null || typeof template !== "object") return template;
  const filled: JsonObject = {};
  for (const [key, value] of Object.entries(template)) {
    if (key.endsWith(".$")) filled[key.slice(0, -2)] = readExpression(String(value), key, roots, random);
    else filled[key] = fillTemplate(value, roots, random);
  }
  return filled;
}

/** The value of a path or intrinsic function. */
export function readExpression(text: string, field: string, roots: PathRoots, random: () => number): Json {
  return isIntrinsic(text) ? evaluateIntrinsic(text, roots, random) : readPath(text, roots, field);
}

/** Calls `report` with each faulty `.$` member of a template and its place in it. */
export function checkTemplate(template: unknown, place: string, report: (place: string, fault: string) => void): void {
  if (template === null || typeof template !== "object") return;
  for (const [key, value] of Object.entries(template)) {
    const here = `${place}/${key}`;
    if (Array.isArray(template) || !key.endsWith(".$")) checkTemplate(value, here, report);
    else if (typeof value !== "string") report(here, "The value of a field that ends in .$ must be a string.");
    else {
      const fault = expressionFault(value);
      const valid = "must be a valid JSONPath or a valid intrinsic function call";
      if (fault !== undefined) report(place, `The value for the field '${key}' ${valid}: ${fault}`);
      if (key.slice(0, -2) in template) report(here, `The field "${key.slice(0, -2)}" is given twice.`);
    }
  }
}

/** What is wrong with a path or intrinsic function, or undefined. */
export function expressionFault(text: string): string | undefined {
  return isIntrinsic(text) ? intrinsicFault(text) : pathFault(text);
}
