/** One feature of a made-up project: a function that changes a text, as a PRD asks for it. Pure. */
import type { Operation } from "./operation.ts";

export interface Feature {
  readonly title: string;
  /** Its function and its module, e.g. `foldHarbour` in `src/fold-harbour.mjs`. */
  readonly functionName: string;
  readonly module: string;
  readonly testFile: string;
  /** The feature whose result it starts from. */
  readonly base: Feature | null;
  readonly operations: readonly Operation[];
  readonly examples: readonly { readonly given: string; readonly expected: string }[];
}

/** What its function makes of a text. */
export const resultOf = ({ base, operations }: Pick<Feature, "base" | "operations">, text: string): string =>
  operations.reduce((result, operation) => operation.apply(result), base === null ? text : resultOf(base, text));

/** What the PRD says of it, in one paragraph. */
export const paragraphOf = ({ functionName, module, base, operations }: Feature): string =>
  [
    `The module \`${module}\` MUST export a function \`${functionName}\` that takes a text and answers another one.`,
    ...(base === null
      ? []
      : [
          `It starts from what \`${base.functionName}\` of \`${base.module}\` makes of the text, so it depends on ${base.title}.`,
        ]),
    ...operations.map(({ sentence }) => sentence),
  ].join(" ");

/** How it can be seen that it is done. */
export const criteriaOf = ({ functionName, examples }: Feature): readonly string[] =>
  examples.map(({ given, expected }) => `${functionName}(${JSON.stringify(given)}) is ${JSON.stringify(expected)}`);
