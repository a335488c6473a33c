import type { Scenario } from "@taskwerk/rehearsal/scenario";
import { agreeable, type Replies } from "../demo/play-person.ts";

/** What the person of a scenario says to a card. Pure. */
export function repliesOf({ people }: Scenario): Replies {
  if (people === undefined) return () => null;
  const { rules = [], otherwise = "recommended" } = people;
  return (decision) => {
    const rule = rules.find(({ match }) => new RegExp(match, "i").test(decision.text));
    if (rule === undefined) return otherwise === "silent" ? null : agreeable(decision);
    if (rule.silent) return null;
    if (decision.kind === "question")
      return rule.answer === undefined ? agreeable(decision) : ["answer", decision.id, rule.answer];
    return rule.reject === undefined ? ["approve", decision.id] : ["reject", decision.id, "--note", rule.reject];
  };
}

/** Whether some card may stay open for good: then nobody is waited for long. */
export const mayStaySilent = ({ people }: Scenario): boolean =>
  people === undefined || people.otherwise === "silent" || (people.rules ?? []).some(({ silent }) => silent === true);
