/** The validator of state machines that these tests take as a second opinion; it comes without types. */
import { createRequire } from "node:module";

/** Whether a definition is valid Amazon States Language, and what is wrong with it. */
export const validateAsl = createRequire(__filename)("asl-validator") as (definition: unknown) => {
  isValid: boolean;
  errors: unknown[];
};
