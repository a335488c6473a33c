import { WerkError } from "@taskwerk/contract/errors";
import { LIMITS } from "@taskwerk/contract/limits";
import { LINK_TYPES, type LinkType } from "@taskwerk/contract/link-types";

/** What each kind of link leads to, as a person is told it, and one that is right. */
const KINDS: Readonly<Record<LinkType, { fits: (word: string) => boolean; expected: string; example: string }>> = {
  commit: {
    fits: (word) => /^[0-9a-f]{7,64}$/i.test(word),
    expected: "7 to 64 hexadecimal digits, as git log has them",
    example: "4be1c02",
  },
  pr: {
    fits: (word) => /^#?[1-9]\d{0,8}$/.test(word) || isAddress(word),
    expected: "a number (12, #12) or an address",
    example: "12",
  },
  branch: { fits: isBranch, expected: "a name that git takes for a branch", example: "fix/login" },
  url: {
    fits: isAddress,
    expected: "an address that begins with http:// or https://",
    example: "https://example.org/",
  },
  file: {
    fits: isInside,
    expected: "a path from the root of the project, and none that leaves it",
    example: "src/login.ts",
  },
};

/** A link as it is kept: its target without spaces around it. Throws VALIDATION_FAILED for what is no such thing. */
export function checkLink(type: string, target: string): { readonly type: LinkType; readonly target: string } {
  const link = readLink(type, target);
  const { fits, expected, example } = KINDS[link.type];
  if (fits(link.target)) return link;
  throw wrong("target", `"${link.target.slice(0, 100)}" is no ${link.type}: ${expected}.`, target, {
    hint: `For example:  taskwerk link ID --${link.type} ${example}`,
  });
}

/** The same for a link that is to go: one that is there may have come another way. Throws VALIDATION_FAILED. */
export function readLink(type: string, target: string): { readonly type: LinkType; readonly target: string } {
  const kind = LINK_TYPES.find((one) => one === type);
  if (kind === undefined) {
    throw wrong("type", `there is no kind of link "${type}".`, type, { hint: `Use one of:  ${LINK_TYPES.join(", ")}` });
  }
  const word = target.trim();
  const example = { hint: `For example:  taskwerk link ID --${kind} ${KINDS[kind].example}` };
  if (word === "") throw wrong("target", `the ${kind} is empty.`, target, example);
  if (word.length > LIMITS.item) {
    throw wrong("target", `the ${kind} is longer than ${LIMITS.item} characters.`, target, example);
  }
  if (/[\p{Cc}\p{Surrogate}]/u.test(word)) {
    throw wrong("target", `the ${kind} has a control character in it.`, target, example);
  }
  return { type: kind, target: word };
}

const wrong = (field: string, message: string, given: string, { hint }: { readonly hint: string }): WerkError =>
  new WerkError("VALIDATION_FAILED", message, { hint, field, given: given.slice(0, 100) });

function isAddress(word: string): boolean {
  if (!/^https?:\/\/[^\s/]/i.test(word) || /\s/.test(word)) return false;
  return URL.canParse(word);
}

/** As `git check-ref-format --branch` has it. */
function isBranch(word: string): boolean {
  if (/[\s~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^[-/]/.test(word) || word === "@" || word === "HEAD") return false;
  return word.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

function isInside(word: string): boolean {
  if (/^[/\\]|^[a-z]:[/\\]/i.test(word)) return false;
  let depth = 0;
  for (const part of word.split(/[/\\]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "." && part !== "") depth += 1;
    if (depth < 0) return false;
  }
  return depth > 0;
}
