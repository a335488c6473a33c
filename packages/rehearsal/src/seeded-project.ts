/**
 * Made-up projects for tests: from a seed a small repository, a PRD for it, and a model that plans and codes by reading what it
 * is sent. Names and numbers follow from the seed, so nothing can be keyed on them.
 */
import type { ModelScript } from "./model/script.ts";
import { codingTurn } from "./seeded/coding-turn.ts";
import { criteriaOf, type Feature, paragraphOf, resultOf } from "./seeded/feature.ts";
import { hardOperation, someOperations } from "./seeded/operation.ts";
import { planningTurn } from "./seeded/planning-turn.ts";
import { projectFiles } from "./seeded/project-files.ts";
import { type Random, randomOf } from "./seeded/random.ts";

export interface SeededProject {
  readonly seed: number;
  readonly name: string;
  /** Path to text: the repository before anything was built. */
  readonly files: Readonly<Record<string, string>>;
  /** Markdown. One heading for each feature, in two chapters; both the outline of it and a model give a task for each. */
  readonly prd: string;
  /** In the order of the PRD; a feature stands behind the one it builds upon. */
  readonly features: readonly Feature[];
  /** The one whose test the model never gets green. Nothing builds upon it. */
  readonly hard: Feature;
  /** For `startModelServer`: answers planners that want JSON, and coding agents that offer a shell. */
  readonly script: ModelScript;
}

const VERBS = [
  "Fold",
  "Knit",
  "Polish",
  "Shuffle",
  "Braid",
  "Temper",
  "Glaze",
  "Whittle",
  "Season",
  "Anchor",
  "Lace",
  "Stack",
];
const NOUNS = [
  "harbour",
  "lantern",
  "meadow",
  "orchard",
  "pebble",
  "quarry",
  "ribbon",
  "saddle",
  "thicket",
  "vessel",
  "willow",
  "anvil",
];
const PLACES = ["Brook", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Heath", "Inlet"];
const SMALL = ["amber", "copper", "elm", "gale", "iris", "kelp"];
const CAPITAL = ["Basil", "Dune", "Fern", "Hazel", "Juniper", "Larch"];

/** Makes the project of a seed: 5 to 7 features, at least two that build upon others, one that is never done right. */
export function seededProject(seed: number): SeededProject {
  const random = randomOf(seed);
  const name = `${random.pick(PLACES).toLowerCase()}-${random.pick(NOUNS)}-${random.int(100, 999)}`;
  const count = random.int(5, 7);
  const verbs = random.some(VERBS, count);
  const nouns = random.some(NOUNS, count);
  const split = Math.ceil(count / 2);
  // The last of a chapter, but not its second, which builds upon the first.
  const hardAt = random.pick([split - 1, count - 1].filter((n) => n !== 1 && n !== split + 1));
  const features: Feature[] = [];
  for (const [n, verb] of verbs.entries()) {
    const first = n === 0 || n === split;
    const before = features.slice(n < split ? 0 : split);
    // The second of each chapter builds upon the first; of the others, some do.
    const builds = !first && n !== hardAt && (before.length === 1 || random.int(0, 1) === 1);
    features.push(featureOf(random, verb, nouns[n] as string, builds ? random.pick(before) : null, n === hardAt));
  }
  const hard = features[hardAt] as Feature;
  const chapters = random.some(PLACES, 2);
  return {
    seed,
    name,
    files: projectFiles(name),
    prd: prdOf(name, [
      { title: `${chapters[0]} set`, features: features.slice(0, split) },
      { title: `${chapters[1]} set`, features: features.slice(split) },
    ]),
    features,
    hard,
    script: {
      lanes: [
        { name: "coding", match: { tool: "^bash$" }, turns: [codingTurn], loop: true },
        { name: "planning", match: { noTools: true }, turns: [planningTurn], loop: true },
      ],
    },
  };
}

function featureOf(random: Random, verb: string, noun: string, base: Feature | null, hard: boolean): Feature {
  const slug = `${verb.toLowerCase()}-${noun}`;
  const operations = hard ? [hardOperation(random)] : someOperations(random, 2);
  const examples = Array.from({ length: 2 }, () => {
    // Small and capital letters, so that whoever mistakes them is found out.
    const words = [random.pick(SMALL), random.pick(CAPITAL), random.pick([...SMALL, ...CAPITAL])];
    const given = [...random.some(words, 3), random.int(10, 99)].join(" ");
    return { given, expected: resultOf({ base, operations }, given) };
  });
  return {
    title: `${verb} the ${noun}`,
    functionName: `${verb.toLowerCase()}${noun.slice(0, 1).toUpperCase()}${noun.slice(1)}`,
    module: `src/${slug}.mjs`,
    testFile: `tests/${slug}.mjs`,
    base,
    operations,
    examples,
  };
}

interface Chapter {
  readonly title: string;
  readonly features: readonly Feature[];
}

const prdOf = (name: string, chapters: readonly Chapter[]): string =>
  [
    `# ${name}`,
    "## Overview",
    "A library of functions that change a text. Each stands in a module of its own and has a test of its own.",
    ...chapters.flatMap(({ title, features }) => [
      `## ${title}`,
      ...features.flatMap((feature) => [
        `### ${feature.title}`,
        paragraphOf(feature),
        "Acceptance:",
        criteriaOf(feature)
          .map((criterion) => `- ${criterion}`)
          .join("\n"),
      ]),
    ]),
    "## Non-goals",
    "- A command line\n- Texts in other alphabets",
    "",
  ].join("\n\n");
