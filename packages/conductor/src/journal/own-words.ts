/** Words that are printed where a person's own belong. Pure. */
import { WerkError } from "@taskwerk/contract/errors";

/** As hints and cards print them, after `answer`, `hint` and `--note`. */
const PRINTED = {
  text: ["...", "…", "in words"],
  note: ["...", "…", "why", "what has changed"],
} as const;

/** Throws VALIDATION_FAILED for what was only printed in the place of a person's words; `hint`: where they find what to say. */
export function refusePrinted(given: string, field: keyof typeof PRINTED, hint: string): void {
  const text = given.trim();
  if (!PRINTED[field].some((printed) => printed === text)) return;
  throw new WerkError("VALIDATION_FAILED", `"${text}" only holds the place of your own words; nothing was said.`, {
    hint,
    field,
    given: text,
  });
}
