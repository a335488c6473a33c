import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import { Lexer, Parser, parse } from "yaml";

const MOST_LEVELS = 32;

/** A YAML document from outside as a value; `source` names it in errors. Throws CONFIG_INVALID. */
export function parseYaml(text: string, source: string): unknown {
  try {
    checkDepth(text, source);
    return parse(text, { maxAliasCount: 20 });
  } catch (cause) {
    if (isWerkError(cause)) throw cause;
    const why = cause instanceof Error ? cause.message.split("\n")[0]!.replace(/:$/, "") : String(cause);
    throw new WerkError("CONFIG_INVALID", `${source} is not valid YAML: ${why}.`, { cause });
  }
}

/** The reader recurses, and a stack that is nearly full can end the whole process: the tokens are counted first. */
function checkDepth(text: string, source: string): void {
  const parser = new Parser();
  for (const token of new Lexer().lex(text)) {
    for (const _ of parser.next(token));
    // A level takes up to two places: the collection and its item.
    if (parser.stack.length > 2 * MOST_LEVELS) {
      throw new WerkError("CONFIG_INVALID", `${source} is nested more than ${MOST_LEVELS} levels deep.`);
    }
  }
}
