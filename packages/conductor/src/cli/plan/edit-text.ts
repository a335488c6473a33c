/** A plan's file in the editor of the user, until it is sound or put aside. What was typed is never lost. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import type { Plan } from "../../model/plan.ts";
import { errorsOf } from "../../plan/check.ts";
import { replacePlanText } from "../../plan/file.ts";
import { hanging } from "../../report/layout.ts";
import type { App } from "../app.ts";
import { layoutOf } from "../lines-view.ts";
import { mayAsk } from "../may-talk.ts";
import { editingCopyOf, isFileNewer, keepCopy, takeCopyAway } from "./editing-copy.ts";

/** `unchanged`: the editor was left as it was entered. */
export type TextEdit = { readonly outcome: "edited"; readonly plan: Plan } | { readonly outcome: "unchanged" };

/** What is written above a text that has faults; taken off again before it is read. */
const NOTE = "#! ";

/**
 * Opens a copy of the file, and again with what is wrong above it, until it is a sound plan; only then the file is replaced.
 * Throws PLAN_INVALID where nobody can be asked, or somebody has had enough; the copy stays and the next edit goes on with it.
 * Throws REV_MISMATCH where somebody else has written the file since.
 */
export async function editText(app: App, file: string): Promise<TextEdit> {
  const editor = editorOf(app);
  const before = await readFile(file, "utf8");
  const copy = editingCopyOf(file);
  const left = await readFile(copy, "utf8").catch(() => null);
  if (left !== null && left !== before) await refuseOlder(app, copy, file, before);
  await keepCopy(copy, left ?? before, before);
  if (left !== null) app.note(`going on with what was typed before and not taken: ${copy}`);
  for (;;) {
    await openEditor(app, editor, copy);
    const text = withoutNotes(await readFile(copy, "utf8"));
    if (text === before) {
      await takeCopyAway(copy);
      return { outcome: "unchanged" };
    }
    const { plan, error } = await read(text, file);
    if (plan !== null) {
      await replace(file, before, text, copy);
      return { outcome: "edited", plan };
    }
    await keepCopy(copy, withNotes(text, error), before);
    for (const line of hanging("", error.message, layoutOf(app.output).width)) app.note(line);
    if (!(await again(app)))
      throw new WerkError("PLAN_INVALID", `${error.message}\nThe plan is as it was; what you typed is in ${copy}`, {
        hint: "Go on with it:  conductor plan review --edit",
        details: { ...error.details, file: copy },
        cause: error,
      });
  }
}

/** What was left of an edit does not know what was written into the file after it; `--yes` means it all the same. */
async function refuseOlder(app: App, copy: string, file: string, now: string): Promise<void> {
  if (app.globals.yes || !(await isFileNewer(copy, now))) return;
  throw new WerkError(
    "REV_MISMATCH",
    `an edit was begun and not taken, and ${file} was written after it. What was typed is in ${copy}`,
    {
      hint: `Compare them:  diff ${file} ${copy}\nThrow it away:  rm ${copy}\nGo on with it, over what the file says now:  conductor plan review --edit --yes`,
      given: copy,
    },
  );
}

/** Null where it is no sound plan, and why. */
async function read(
  text: string,
  file: string,
): Promise<{ readonly plan: Plan; readonly error: null } | { readonly plan: null; readonly error: WerkError }> {
  const { placesIn, planFromYaml } = await import("../../plan/plan-yaml.ts");
  try {
    const plan = planFromYaml(text, basename(file));
    const errors = errorsOf(plan);
    if (errors.length === 0) return { plan, error: null };
    const { tasks, requirements } = placesIn(text);
    const problems = errors.map(({ rule, about, message, hint }) => {
      const line = tasks.get(about[0] ?? "") ?? requirements.get(about[0] ?? "") ?? 1;
      return { where: `line ${line}`, field: rule, message: hint === null ? message : `${message}. ${hint}` };
    });
    const [first] = problems;
    return {
      plan: null,
      error: new WerkError("PLAN_INVALID", `${basename(file)} ${first?.where}: ${first?.message}`, {
        details: { problems },
      }),
    };
  } catch (error) {
    if (!isWerkError(error)) throw error;
    return { plan: null, error: error as WerkError };
  }
}

/** The file is replaced only if nobody else has written it meanwhile. */
async function replace(file: string, before: string, text: string, copy: string): Promise<void> {
  if (!(await replacePlanText(file, before, text)))
    throw new WerkError(
      "REV_MISMATCH",
      `${file} was written by somebody else meanwhile, so it is not replaced. What you typed is in ${copy}`,
      {
        hint: `Compare them:  diff ${file} ${copy}`,
      },
    );
  await takeCopyAway(copy);
}

const withoutNotes = (text: string): string => text.replace(/^(?:#! .*\n)+/, "");

function withNotes(text: string, { message, details }: WerkError): string {
  const problems = Array.isArray(details.problems) ? (details.problems as readonly Record<string, unknown>[]) : [];
  const lines = [
    "This is no sound plan yet. Lines are counted without these notes, which need not be taken out:",
    message,
    ...problems.slice(0, 20).map(({ where, message: said }) => `  ${String(where)}: ${String(said)}`),
  ];
  return `${[...new Set(lines)].map((line) => `${NOTE}${line.replace(/\s+/g, " ")}\n`).join("")}${text}`;
}

async function again(app: App): Promise<boolean> {
  if (!mayAsk(app)) return false;
  const said = (await app.world.ask("Open the editor again? [Y/n] "))?.trim() ?? "n";
  return !/^n(o)?$/i.test(said);
}

function editorOf({ world }: App): string {
  const named = world.env.VISUAL || world.env.EDITOR;
  if (named) return named;
  if (world.stdinIsTTY && world.stdoutIsTTY) return "vi";
  throw new WerkError("USAGE", "no editor is set, and this is no terminal to open one in.", {
    hint: "Set EDITOR, or change the file itself and check it:  conductor plan lint",
    field: "edit",
  });
}

/** Waits for the editor. As everywhere, EDITOR may be a command with arguments, so a shell reads it. */
async function openEditor({ world, cwd }: App, editor: string, file: string): Promise<void> {
  const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], {
    cwd,
    env: { ...world.env } as NodeJS.ProcessEnv,
    stdio: "inherit",
  });
  const code = await new Promise<number | null>((resolve) => {
    child.once("error", () => resolve(null));
    child.once("exit", resolve);
  });
  if (code !== 0)
    throw new WerkError("USAGE", `the editor "${editor}" ended with ${code ?? "an error"}; nothing was changed.`, {
      hint: `What was typed is in ${file}. Another editor:  EDITOR=nano conductor plan review --edit`,
      field: "edit",
      given: editor,
    });
}
