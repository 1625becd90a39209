/**
 * Scalar functions for DuckDB, written in TypeScript.
 */
import {
  BIGINT,
  BLOB,
  blobValue,
  BOOLEAN,
  type DuckDBBlobValue,
  DuckDBScalarFunction,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from "@duckdb/node-api";
import { noteRefusal } from "./refusals";
import { withinCpuTime } from "./within-cpu-time";

export type Kind = "text" | "number" | "boolean" | "texts" | "bytes";

const TYPES: Readonly<Record<Kind, DuckDBType>> = {
  text: VARCHAR,
  number: BIGINT,
  boolean: BOOLEAN,
  texts: LIST(VARCHAR),
  bytes: BLOB,
};

interface Values {
  text: string;
  number: bigint;
  boolean: boolean;
  texts: (string | null)[];
  bytes: Uint8Array;
}

function given(value: DuckDBValue, kind: Kind): unknown {
  return kind === "bytes" ? (value as DuckDBBlobValue).bytes : value;
}

function returned(value: Values[Kind] | null): DuckDBValue {
  if (value instanceof Uint8Array) return blobValue(value);
  return Array.isArray(value) ? listValue(value) : value;
}

/** A function of values that are not NULL; it throws Errors whose message is `ERROR_NAME: what is wrong`. */
export function define<const Kinds extends readonly Exclude<Kind, "texts" | "boolean">[], Result extends Kind>(
  name: string,
  parameters: Kinds,
  returns: Result,
  run: (...args: { [K in keyof Kinds]: Values[Kinds[K]] }) => Values[Result] | null,
): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    returnType: TYPES[returns],
    parameterTypes: parameters.map((kind) => TYPES[kind]),
    mainFunction: (info, input, output) => {
      const vectors = parameters.map((_, index) => input.getColumnVector(index));
      try {
        const once = (row: number): void => {
          const args = vectors.map((vector) => vector.getItem(row));
          // DuckDB passes what the parameter types say.
          const values = args.map((value, i) => (value === null ? null : given(value, parameters[i])));
          const result = values.includes(null)
            ? null
            : run(...(values as unknown as { [K in keyof Kinds]: Values[Kinds[K]] }));
          output.setItem(row, returned(result));
        };
        withinCpuTime(input.rowCount, once, name);
        output.flush();
      } catch (error) {
        const { message } = error as Error;
        noteRefusal(message);
        info.setError(message);
      }
    },
  });
}
