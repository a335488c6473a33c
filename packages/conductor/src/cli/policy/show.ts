import { PRESET_TABLE } from "../../policy/preset.ts";
import { PROTECTED_CLASSES } from "../../policy/protected.ts";
import { CONDITIONS, type Effect, type UserRule } from "../../policy/user-rule.ts";
import { cut, hanging } from "../../report/layout.ts";
import type { App } from "../app.ts";
import { asksLess } from "../asks-less.ts";
import { layoutOf, linesView } from "../lines-view.ts";
import { policyOf } from "../orchestrate/settings-of.ts";
import { REPOSITORY_FILE, readLayers, userFileOf } from "../read-config.ts";
import type { Verb } from "../verb.ts";
import { type RememberedNow, rememberedNow } from "./remembered-now.ts";

interface PolicyShown extends RememberedNow {
  readonly preset: string;
  readonly file: string;
  readonly table: readonly { readonly rule: string; readonly what: string; readonly effect: Effect }[];
  readonly requireApprovalFor: readonly string[];
  /** Classes that do not ask because the repository's file says so. */
  readonly asksLess: readonly string[];
  readonly maxDiffLines: number | null;
  readonly rules: readonly UserRule[];
}

/** `policy show`: what is allowed, asks or is denied here, and who says so. */
export const policyShowVerb: Verb<unknown> = {
  build: (command) => command,
  async run(app) {
    app.show<PolicyShown>(
      "policy",
      await policyAt(app),
      linesView((data, output) => policyLines(data, layoutOf(output).width), {
        items: (data) => data.table.map((one) => ({ ...one, id: one.rule })),
        fields: ["rule", "effect", "what"],
        known: [
          "rule",
          "effect",
          "what",
          "preset",
          "file",
          "rules",
          "remembered",
          "requireApprovalFor",
          "asksLess",
          "maxDiffLines",
        ],
      }),
    );
    return undefined;
  },
};

async function policyAt(app: App): Promise<PolicyShown> {
  const { preset, requireApprovalFor, maxDiffLines, rules } = policyOf(await app.config());
  const asked = new Set(requireApprovalFor);
  return {
    preset,
    file: userFileOf(app.configPlaces),
    table: PRESET_TABLE.filter(({ rule }) => !Object.hasOwn(PROTECTED_CLASSES, rule) || asked.has(rule)).map(
      ({ rule, what, effects }) => ({ rule, what, effect: effects[preset] }),
    ),
    requireApprovalFor,
    asksLess: asksLess((await readLayers(app.configPlaces)).layers),
    maxDiffLines,
    rules,
    ...(await rememberedNow(app)),
  };
}

function policyLines(
  { preset, file, table, asksLess: less, rules, session, remembered }: PolicyShown,
  width: number,
): readonly string[] {
  return [
    ...hanging("", `Preset ${preset}: deny comes before ask, ask before allow; what nobody knows asks.`, width),
    "",
    ...table.map(({ rule, what, effect }) => cut(`  ${effect.padEnd(5)}  ${rule.padEnd(20)}  ${what}`, width)),
    ...(less.length === 0
      ? []
      : ["", ...hanging("", `${REPOSITORY_FILE} says that these do not ask: ${less.join(", ")}.`, width)]),
    "",
    ...hanging("", rules.length === 0 ? `No rules of your own in ${file}.` : `Your own, in ${file}:`, width),
    ...rules.flatMap((rule) => hanging(`  ${rule.effect.padEnd(5)}  `, `${rule.name}: ${ruleInWords(rule)}`, width)),
    ...(remembered.length === 0
      ? []
      : [
          "",
          `Until ${session} is over:`,
          ...remembered.flatMap((one) =>
            hanging("  allow  ", `${one.class} in ${one.paths}: ${one.by} said yes to ${one.decision}`, width),
          ),
        ]),
    "",
    "Try it   conductor policy test --path db/migrations/1.sql",
  ];
}

const ruleInWords = (rule: UserRule): string =>
  [
    ...CONDITIONS.flatMap((one) => (rule[one] === undefined ? [] : [`${one} ${[rule[one]].flat().join(", ")}`])),
    ...(rule.instead_of === undefined ? [] : [`instead of ${rule.instead_of.join(", ")}`]),
    ...(rule.reason === undefined ? [] : [rule.reason]),
  ].join("; ");
