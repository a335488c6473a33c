/** A model's answers as tasks: nothing of them is taken that the documents, the requirements or the repository do not bear out. */
import { matchGlob } from "../../../model/glob.ts";
import type { PlanTask, Requirement } from "../../../model/plan.ts";
import { slugOf } from "../../slug.ts";
import type { PlanAnswer, TaskAnswer } from "./answer.ts";
import type { FoundQuote } from "./find-quote.ts";
import { isPlainProof } from "./plain-proof.ts";
import { tooLarge } from "./too-large.ts";

/** What answers are held against. */
export interface Known {
  readonly requirements: ReadonlySet<string>;
  readonly find: (quote: string) => FoundQuote | null;
  /** Paths of the repository; null when nobody knows them. */
  readonly files: ReadonlySet<string> | null;
}

/** A task with what only its planner needs to know. */
export interface Made {
  readonly task: PlanTask;
  /** Why it should be split; null when it should not. */
  readonly large: string | null;
  /** What a reviewer should know: what is there already, which paths were made up. */
  readonly remarks: readonly string[];
}

/** Answers under one parent: keys under its key, references to each other turned into those keys. */
export function tasksFrom(
  answers: readonly TaskAnswer[],
  parent: string | null,
  taken: ReadonlySet<string>,
  known: Known,
): readonly Made[] {
  const keys = new Map<string, string>();
  const used = new Set(taken);
  const named = answers.map((answer) => {
    const own = slugOf(
      parent !== null && answer.key.startsWith(`${parent}.`) ? answer.key.slice(parent.length + 1) : answer.key,
    );
    const wanted = parent === null ? own : `${parent}.${own}`;
    let key = wanted;
    for (let n = 2; used.has(key); n += 1) key = `${wanted}-${n}`;
    used.add(key);
    if (!keys.has(answer.key)) keys.set(answer.key, key);
    return { answer, key };
  });
  return named.map(({ answer, key }) => {
    const after = answer.depends_on
      .map((other) => keys.get(other) ?? other)
      .filter((other) => other !== key && other !== parent);
    return taskFrom(answer, { key, parent, dependsOn: after }, known);
  });
}

/** One answer as a task at a given place. */
export function taskFrom(
  answer: TaskAnswer,
  at: { readonly key: string; readonly parent: string | null; readonly dependsOn: readonly string[] },
  known: Known,
): Made {
  const found = answer.source_quote === null ? null : known.find(answer.source_quote);
  const { type, acceptance, capabilities, questions, priority } = answer;
  const paths = pathsOf(answer, known.files);
  const there = thereAlready(answer, known.files);
  const task: PlanTask = {
    key: at.key,
    parent: at.parent,
    title: answer.title.trim().slice(0, 500),
    description: [answer.description, ...there.map(({ path, what }) => `There already: ${path} (${what}).`)]
      // A corrected answer may say again what the draft was given.
      .filter((part, n) => part !== "" && (n === 0 || !answer.description.includes(part)))
      .join("\n\n"),
    type,
    acceptance: acceptance.map(({ text, proof }) => ({
      text,
      proof: proof !== null && isPlainProof(proof) ? proof : null,
    })),
    depends_on: [...new Set(at.dependsOn)],
    requirements: [...new Set(answer.requirements)].filter((id) => known.requirements.has(id)),
    capabilities,
    files: paths.real,
    estimate_minutes: answer.estimate_minutes === null ? null : Math.max(0, answer.estimate_minutes),
    complexity: Math.min(10, Math.max(1, answer.complexity)),
    priority,
    confidence: found === null || paths.unreal.length > 0 ? "low" : answer.confidence,
    questions,
    source: found?.source ?? null,
    quote: found?.quote ?? null,
    // Done is what the document ticks, not what the model says.
    done: found?.ticked ?? false,
  };
  return {
    task,
    large: task.done ? null : tooLarge(answer),
    remarks: [
      ...there.map(({ path, what }) => `${at.key}: ${path} is there already (${what})`),
      ...acceptance.flatMap(({ proof }) =>
        proof === null || proof.trim() === "" || isPlainProof(proof)
          ? []
          : [`${at.key}: the proof ${JSON.stringify(proof.slice(0, 120))} is no plain command or test; left out`],
      ),
      ...paths.unreal.map((path) => `${at.key}: ${path} was named and is not in the repository; left out`),
    ],
  };
}

/** No path of a repository's own work: it leaves it, or it is what conductor, taskwerk and git keep there. */
const foreign = (path: string): boolean =>
  path === "" ||
  /^(?:\.\/)*(?:[/\\~]|[A-Za-z]:)/.test(path) ||
  /\p{Cc}/u.test(path) ||
  path.split(/[\\/]/).some((part) => part === "..") ||
  /^(?:\.\/)*\.(?:git|conductor|taskwerk)(?:[/\\.]|$)/i.test(path);

function pathsOf(
  { files, new_files }: Pick<TaskAnswer, "files" | "new_files">,
  there: Known["files"],
): { readonly real: readonly string[]; readonly unreal: readonly string[] } {
  const own = (paths: readonly string[]) =>
    paths.filter((path) => !foreign(path)).map((path) => path.replace(/^(?:\.\/)+/, ""));
  const isThere = (path: string): boolean =>
    there === null ||
    there.has(path) ||
    (/[*?{]|\/$/.test(path) && [...there].some((one) => matchGlob(path, one))) ||
    [...there].some((one) => one.startsWith(`${path}/`));
  const made = new Set(own(new_files));
  const changed = own(files);
  const real = changed.filter((path) => made.has(path) || isThere(path));
  return {
    real: [...new Set([...real, ...made])],
    unreal: [...new Set(changed.filter((path) => !real.includes(path)))],
  };
}

/** What it says is there, where that can be told to be true. */
const thereAlready = ({ exists }: Pick<TaskAnswer, "exists">, there: Known["files"]) =>
  exists
    .filter(({ path }) => there?.has(path) === true)
    .map(({ path, what }) => ({ path, what: what.replace(/\s+/g, " ").trim().slice(0, 200) || "no more was said" }));

/** Requirements that only the model saw, where their quote is real and their id is free. */
export function moreRequirements(
  answer: PlanAnswer,
  given: readonly Requirement[],
  find: Known["find"],
): readonly Requirement[] {
  const taken = new Set(given.map(({ id }) => id));
  return answer.more_requirements.flatMap(({ id, level, text, quote }) => {
    const found = find(quote);
    if (found === null || taken.has(id) || id.trim() === "") return [];
    taken.add(id);
    return [{ id, level, text, acceptance: [], source: found.source, quote: found.quote }];
  });
}
