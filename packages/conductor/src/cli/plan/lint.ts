import { readFile } from "node:fs/promises";
import { EXIT } from "@taskwerk/contract/errors";
import { dim, type Part, red, yellow } from "@taskwerk/terminal/part";
import type { View } from "@taskwerk/terminal/print-success";
import { counted } from "../../model/counted.ts";
import type { PlanFinding } from "../../model/plan.ts";
import { checkPlan } from "../../plan/check.ts";
import { hanging } from "../../report/layout.ts";
import { layoutOf } from "../lines-view.ts";
import { type Verb, wordOf } from "../verb.ts";
import { findPlan } from "./find-plan.ts";
import { maxDepthOf } from "./max-depth.ts";
import { sourcesToCheck } from "./sources-of.ts";

/** A finding, and where the plan file has it; null for what is about the whole. */
interface LintFinding extends PlanFinding {
  readonly line: number | null;
}

interface Linted {
  readonly id: string;
  readonly file: string;
  readonly counts: { readonly errors: number; readonly gaps: number; readonly warnings: number };
  readonly findings: readonly LintFinding[];
}

/** `plan lint [PLAN]`: everything that is to be said of a plan, with the line of the file. Exit 2 for errors, 11 for gaps. */
export const lintPlanVerb: Verb<{ readonly maxDepth?: string }> = {
  build: (command) =>
    command
      .argument("[plan]", "a plan file or id; default the newest")
      .option("--max-depth <n>", "how deep the tree may be"),
  async run(app, [named], flags) {
    const maxDepth = maxDepthOf(flags.maxDepth, undefined);
    const { path, plan } = await findPlan(app, wordOf(named));
    const { placesIn } = await import("../../plan/plan-yaml.ts");
    const { tasks, requirements } = placesIn(await readFile(path, "utf8"));
    const sources = await sourcesToCheck(app, plan, path);
    const found = checkPlan(plan, { sources, ...(maxDepth === undefined ? {} : { maxDepth }) });
    const findings = found.map((finding): LintFinding => {
      const [name = ""] = finding.about;
      return { ...finding, line: tasks.get(name) ?? requirements.get(name) ?? null };
    });
    const count = (severity: PlanFinding["severity"]): number =>
      findings.filter((one) => one.severity === severity).length;
    const counts = { errors: count("error"), gaps: count("gap"), warnings: count("warning") };
    app.show<Linted>("plan.lint", { id: plan.id, file: path, counts, findings }, VIEW);
    return counts.errors > 0 ? EXIT.usage : counts.gaps > 0 ? EXIT.waiting : undefined;
  },
};

const MARKS: Readonly<Record<PlanFinding["severity"], (text: string) => Part>> = {
  error: red,
  gap: yellow,
  warning: dim,
};

const VIEW: View<Linted> = {
  fields: ["line", "severity", "rule", "message"],
  known: ["line", "severity", "rule", "about", "message", "address", "hint"],
  items: ({ findings }) => findings.map((finding) => ({ ...finding, id: finding.rule })),
  screen(output, { data: { id, file, counts, findings } }) {
    const { width } = layoutOf(output);
    const { errors, gaps, warnings } = counts;
    output.line(
      errors + gaps + warnings === 0
        ? `Plan ${id}: nothing to say.`
        : `Plan ${id}: ${counted(errors, "error")}, ${counted(gaps, "gap")}, ${counted(warnings, "warning")}.`,
    );
    output.line(dim(file));
    for (const { severity, rule, message, line, address, hint } of findings) {
      output.line();
      output.line(
        MARKS[severity](severity),
        ` ${rule}`,
        dim(`${line === null ? "" : `  line ${line}`}${address === null ? "" : `  ${address}`}`),
      );
      for (const text of hanging("  ", message, width)) output.line(text);
      if (hint !== null) for (const text of hanging("  > ", hint, width)) output.line(dim(text));
    }
  },
};
