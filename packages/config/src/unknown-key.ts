import { WerkError } from "@taskwerk/contract/errors";
import { nearest } from "@taskwerk/contract/nearest";

/** What a typed word that is no key is answered with: the key that was probably meant. `names`: every name a key has. */
export function unknownKeyError(word: string, names: readonly string[], program: string): WerkError {
  const near = nearest(word, names);
  return new WerkError(
    "CONFIG_INVALID",
    `there is no key "${word}".${near === null ? "" : ` Did you mean "${near}"?`}`,
    {
      hint: `All of them:  ${program} config list --all`,
      field: "key",
      given: word,
      ...(near === null ? {} : { candidates: [near] }),
    },
  );
}
