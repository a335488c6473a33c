/** The documents of a plan as they are now. */
import { dirname, resolve } from "node:path";
import { isWerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import type { SourceText } from "../../plan/check-quotes.ts";
import { eachOf } from "../../plan/planners/model/each-of.ts";
import type { PlanDocument } from "../../plan/read/document.ts";
import { readDocument } from "../../plan/read/read-document.ts";
import type { App } from "../app.ts";

/** A document that a plan names: read, or why it cannot be. */
export type FoundSource =
  | {
      readonly kind: "read";
      readonly path: string;
      readonly cwd: string;
      readonly document: PlanDocument;
      readonly changed: boolean;
    }
  | { readonly kind: "missing"; readonly path: string; readonly error: unknown };

/** Each is read by a process of its own. */
const AT_ONCE = 4;

/**
 * Reads the documents of a plan. A path is one from where the plan was made: tried are the project's folder, the current
 * one, and that of the plan file, and the one that has not changed is taken before the others.
 */
export const findSources = (app: App, plan: Plan, file: string): Promise<readonly FoundSource[]> =>
  eachOf(plan.sources, AT_ONCE, ({ path, sha256 }) => findSource(app, path, sha256, file));

async function findSource(app: App, path: string, sha256: string, file: string): Promise<FoundSource> {
  const folders = [...new Set([app.root, app.cwd, dirname(resolve(app.cwd, file))])];
  const found: { readonly cwd: string; readonly document: PlanDocument; readonly changed: boolean }[] = [];
  let first: unknown = null;
  for (const cwd of folders) {
    try {
      const document = await readDocument(path, {
        parser: { argv: app.world.parser },
        cwd,
        signal: app.world.interrupted,
      });
      found.push({ cwd, document, changed: document.sha256 !== sha256 });
      if (document.sha256 === sha256) break;
    } catch (error) {
      if (!isWerkError(error)) throw error;
      if (first === null || error.code !== "FILE_NOT_FOUND") first = error;
    }
  }
  const best = found.find(({ changed }) => !changed) ?? found[0];
  return best === undefined ? { kind: "missing", path, error: first } : { kind: "read", path, ...best };
}

/** The same as what a check compares quotes with. */
const textsOf = (sources: readonly FoundSource[]): ReadonlyMap<string, SourceText> =>
  new Map(
    sources.map((source) => [
      source.path,
      source.kind === "read"
        ? { ...textOf(source.document), changed: source.changed }
        : { kind: "missing", reason: source.error instanceof Error ? source.error.message : "it cannot be read" },
    ]),
  );

const textOf = ({ lines, pages }: PlanDocument): Extract<SourceText, { readonly kind: "read" }> => ({
  kind: "read",
  lines,
  ...(pages === undefined ? {} : { pages }),
});

/** The documents of a plan that is not imported yet, to compare quotes with; what is imported answers what was asked then. */
export const sourcesToCheck = async (app: App, plan: Plan, file: string): Promise<ReadonlyMap<string, SourceText>> =>
  plan.status === "imported" ? new Map() : textsOf(await findSources(app, plan, file));
