import { readFile, stat } from "node:fs/promises";
import { readConfigText } from "@taskwerk/config/read-config-file";
import type { ConfigRecord } from "@taskwerk/config/schema";
import { EXIT, WerkError } from "@taskwerk/contract/errors";
import { collect } from "@taskwerk/terminal/command/verb";
import type { Action } from "../../policy/action.ts";
import { type PolicySettings, weigh } from "../../policy/decide.ts";
import { PRESETS, type Preset } from "../../policy/preset.ts";
import type { App } from "../app.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { policyOf } from "../orchestrate/settings-of.ts";
import { type Verb, wordOf } from "../verb.ts";
import { actionOf, type Described, EXAMPLE_RECORD, exampleOf } from "./described.ts";
import { rememberedNow } from "./remembered-now.ts";
import { type Tested, VERDICTS, verdictLines } from "./verdict-lines.ts";

interface PolicyTest {
  readonly preset: Preset;
  readonly rules: number;
  readonly tested: readonly Tested[];
  readonly asExpected: boolean;
}

interface Flags {
  readonly kind?: string;
  readonly path?: readonly string[];
  readonly lines?: string;
  readonly dependency?: readonly string[];
  readonly gateFile?: readonly string[];
  readonly link?: readonly string[];
  readonly weaker?: readonly string[];
  readonly secret?: boolean;
  readonly coverageDelta?: string;
  readonly cost?: string;
  readonly command?: readonly string[];
  readonly target?: string;
  readonly by?: string;
  readonly irreversible?: boolean;
  readonly attended?: boolean;
  readonly sandbox?: string;
  readonly budgetUsd?: string;
  readonly end?: string;
  readonly preset?: string;
  readonly expect?: string;
}

/**
 * `policy test`: which rule answers for an action in words, for a task's or a branch's real change, or for the examples of a file.
 * Ends with 0 for allow, 11 for ask, 4 for deny; where something is expected, with 0 when it is so and 14 when not.
 */
export const policyTestVerb: Verb<Flags> = {
  build: (command) =>
    command
      .argument("[what]", "a task, a branch, or a file of examples; default what the flags describe")
      .option("--kind <kind>", "land, judge, run, publish, command or other (land)")
      .option("--path <path>", "a changed file, more than once", collect)
      .option("--lines <n>", "changed lines (1)")
      .option("--dependency <name>", "a package that is new or changed, as name@range, more than once", collect)
      .option("--gate-file <path>", "a file that decides how work is judged, more than once", collect)
      .option("--link <path>", "a symbolic link that is new, more than once", collect)
      .option("--weaker <rule>", "what is weaker, e.g. fewer-tests, more than once", collect)
      .option("--secret", "it holds a credential")
      .option("--coverage-delta <points>", "coverage won or lost, in percentage points")
      .option("--cost <usd>", "what its task has cost")
      .option("--command <line>", "a command line that would be run, more than once", collect)
      .option("--target <branch>", "the branch it is for, or whom it reaches")
      .option("--by <agent>", "the agent whose work it is")
      .option("--irreversible", "a revert does not take it back whole")
      .option("--attended", "run: you are there")
      .option("--sandbox <level>", "run: full, filtered or none (full)")
      .option("--budget-usd <usd>", "run: what it may cost")
      .option("--end <when>", "run: when it ends")
      .option("--preset <name>", "as if policy.preset were this: ask, standard or ci")
      .option("--expect <verdict>", "allow, ask or deny"),
  examples: [
    "policy test --path db/migrations/0042.sql     would that ask?",
    "policy test TASK-007                          what its work would meet",
    "policy test examples.yml                      all as expected? For CI",
  ],
  async run(app, [named], flags) {
    const word = wordOf(named);
    const settings = { ...policyOf(await app.config()), ...presetOf(flags.preset) };
    const expected = oneOf("expect", flags.expect, VERDICTS);
    if (word === "" && !describes(flags) && flags.kind === undefined)
      throw new WerkError(
        "USAGE",
        "what is to be tested? A task, a branch, a file of examples, or an action in words.",
        {
          hint: [
            "A task's work:       conductor policy test TASK-001",
            "An action in words:  conductor policy test --path src/a.ts --lines 20",
            "A file of examples:  conductor policy test examples.yml",
          ].join("\n"),
          field: "what",
        },
      );
    const path = word === "" ? null : await fileAt(app.path(word));
    if (word !== "" && describes(flags))
      throw new WerkError(
        "USAGE",
        `what ${word} is about is looked up: flags that describe an action say nothing more`,
        {
          hint: `conductor policy test ${word}`,
          field: "what",
        },
      );
    const tested =
      path !== null
        ? (await examplesIn(path)).map((one) => test(one.name, actionOf(one), settings, one.expect))
        : word === ""
          ? [await testDescribed(app, flags, settings, expected)]
          : [await testReal(app, word, flags, settings, expected)];
    const wrong = tested.filter((one) => one.expected !== null && one.expected !== one.verdict);
    app.show<PolicyTest>(
      "policy.test",
      { preset: settings.preset, rules: settings.rules.length, tested, asExpected: wrong.length === 0 },
      linesView((data, output) => testLines(data, layoutOf(output).width), {
        items: (data) => data.tested.map((one) => ({ ...one, id: one.about })),
        fields: ["about", "verdict", "rule"],
        known: ["about", "verdict", "rule", "reason", "expected", "findings", "preset", "rules", "asExpected"],
      }),
    );
    if (tested.some((one) => one.expected !== null)) return wrong.length === 0 ? undefined : EXIT.incomplete;
    const verdict = tested[0]?.verdict;
    return verdict === "ask" ? EXIT.waiting : verdict === "deny" ? EXIT.refused : undefined;
  },
};

/** As it would be met now: with what the run that is under way remembers. */
async function testDescribed(
  app: App,
  flags: Flags,
  settings: PolicySettings,
  expected: Tested["expected"],
): Promise<Tested> {
  const { remembered } = await rememberedNow(app);
  return test("what you describe", actionOf(describedBy(flags)), { ...settings, remembered }, expected);
}

async function testReal(
  app: App,
  word: string,
  { kind }: Flags,
  settings: PolicySettings,
  expected: Tested["expected"],
): Promise<Tested> {
  const { realChange } = await import("./real-change.ts");
  const wanted = oneOf("kind", kind, ["land", "judge"] as const) ?? "land";
  const { about, action, remembered } = await realChange(app, word, wanted);
  return test(about, action, { ...settings, remembered }, expected);
}

function test(about: string, action: Action, settings: PolicySettings, expected: Tested["expected"]): Tested {
  const { verdict, findings } = weigh(action, settings);
  return {
    about,
    verdict: verdict.kind,
    rule: verdict.rule,
    reason: verdict.kind === "allow" ? null : verdict.reason,
    expected,
    findings,
  };
}

function testLines({ preset, rules, tested }: PolicyTest, width: number): readonly string[] {
  const own = rules === 0 ? "no rules of your own" : rules === 1 ? "1 rule of your own" : `${rules} rules of your own`;
  const checked = tested.filter((one) => one.expected !== null);
  const wrong = checked.filter((one) => one.expected !== one.verdict).length;
  return [
    ...(tested.length > 1 ? [`${checked.length - wrong} of ${checked.length} as expected.`, ""] : []),
    ...tested.flatMap((one) => verdictLines(one, width, tested.length > 1)),
    "",
    `Preset ${preset}, ${own}.   conductor policy show`,
  ];
}

async function examplesIn(path: string) {
  const schema = {
    examples: { type: "records", describe: "Actions, and what should follow.", record: EXAMPLE_RECORD },
  } as const;
  const { examples = [] } = await readConfigText(await readFile(path, "utf8"), path, schema);
  const list = (examples as readonly ConfigRecord[]).map(exampleOf);
  if (list.length > 0) return list;
  throw new WerkError("CONFIG_INVALID", `${path} holds no examples.`, {
    hint: "examples:\n  - name: a migration asks\n    paths: [db/migrations/1.sql]\n    expect: ask",
    field: "examples",
  });
}

/** The path where a file is; null where none is. */
const fileAt = async (path: string): Promise<string | null> =>
  stat(path).then(
    (found) => (found.isFile() ? path : null),
    () => null,
  );

const presetOf = (given: string | undefined): { readonly preset?: Preset } => {
  const preset = oneOf("preset", given, PRESETS);
  return preset === null ? {} : { preset };
};

const describes = ({ kind: _, preset: __, expect: ___, ...rest }: Flags): boolean =>
  DESCRIBING.some((name) => rest[name] !== undefined);

const DESCRIBING = [
  "path",
  "lines",
  "dependency",
  "gateFile",
  "link",
  "weaker",
  "secret",
  "coverageDelta",
  "cost",
  "command",
  "target",
  "by",
  "irreversible",
  "attended",
  "sandbox",
  "budgetUsd",
  "end",
] as const;

function describedBy(flags: Flags): Described {
  const kind = oneOf("kind", flags.kind, ["land", "judge", "run", "publish", "command", "other"] as const);
  const sandbox = oneOf("sandbox", flags.sandbox, ["full", "filtered", "none"] as const);
  const lines = numberOf("lines", flags.lines);
  const delta = numberOf("coverage-delta", flags.coverageDelta);
  const cost = numberOf("cost", flags.cost);
  const budget = numberOf("budget-usd", flags.budgetUsd);
  return {
    ...(kind !== null && { kind }),
    ...(flags.path && { paths: flags.path }),
    ...(lines !== null && { lines }),
    ...(flags.dependency && { dependencies: flags.dependency }),
    ...(flags.gateFile && { gate_files: flags.gateFile }),
    ...(flags.link && { links: flags.link }),
    ...(flags.weaker && { weaker: flags.weaker }),
    ...(flags.secret && { secret: true }),
    ...(delta !== null && { coverage_delta: delta }),
    ...(cost !== null && { cost }),
    ...(flags.command && { commands: flags.command }),
    ...(flags.target !== undefined && { target: flags.target }),
    ...(flags.by !== undefined && { actor: flags.by }),
    ...(flags.irreversible && { reversible: false }),
    ...(flags.attended && { auto: false }),
    ...(sandbox !== null && { sandbox }),
    ...(budget !== null && { budget }),
    ...(flags.end !== undefined && { until: flags.end }),
  };
}

function oneOf<T extends string>(flag: string, given: string | undefined, names: readonly T[]): T | null {
  if (given === undefined) return null;
  const found = names.find((one) => one === given);
  if (found !== undefined) return found;
  throw new WerkError("USAGE", `--${flag} ${given}: it is one of ${names.join(", ")}`, {
    field: flag,
    given,
    candidates: names,
    hint: `For example:  --${flag} ${names[0]}`,
  });
}

function numberOf(flag: string, given: string | undefined): number | null {
  if (given === undefined) return null;
  if (/^-?\d{1,9}(?:\.\d{1,6})?$/.test(given)) return Number(given);
  throw new WerkError("USAGE", `--${flag} ${given}: that is no number`, {
    field: flag,
    given,
    hint: `For example:  --${flag} 2`,
  });
}
