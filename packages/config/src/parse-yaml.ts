import { isWerkError, WerkError } from "@taskwerk/contract/errors";
import {
  type Document,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  Parser,
  parseDocument,
  visit,
  YAMLParseError,
} from "yaml";

const MOST_LEVELS = 32;

/** A document, and on which line each of its keys stands, from 1, by the key's path; an element of a list is a key by its number, from 0. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly lines: ReadonlyMap<string, number>;
}

/** A YAML document from outside as a value; `source` names it in errors. Throws CONFIG_INVALID, also beyond `levels`. */
export function parseYaml(text: string, source: string, levels = MOST_LEVELS): ParsedYaml {
  try {
    checkDepth(text, source, levels);
    const lineCounter = new LineCounter();
    const document = parseDocument(text, { lineCounter });
    if (document.errors[0]) throw document.errors[0];
    const lineAt = (offset: number): number => lineCounter.linePos(offset).line;
    checkAliases(document, source, lineAt);
    const lines = new Map<string, number>();
    keyLines(document.contents, "", lines, lineAt);
    return { value: document.toJS({ maxAliasCount: 20 }), lines };
  } catch (cause) {
    if (isWerkError(cause)) throw cause;
    throw new WerkError("CONFIG_INVALID", wrongYaml(cause, text, source), { cause });
  }
}

/** Where it is wrong, why, and the line as it stands there. */
function wrongYaml(cause: unknown, text: string, source: string): string {
  const first = cause instanceof Error ? cause.message.split("\n")[0]! : String(cause);
  const why = first.replace(/( at line \d+, column \d+)?:?$/, "");
  const at = cause instanceof YAMLParseError ? cause.linePos?.[0] : undefined;
  if (at === undefined) return `${source} is not valid YAML: ${why}.`;
  const line = text.split("\n")[at.line - 1]?.trim().slice(0, 70) ?? "";
  return `${source} line ${at.line}, column ${at.col} is not valid YAML: ${why}.${line === "" ? "" : `\n${line}`}`;
}

function keyLines(
  node: Node | null,
  above: string,
  lines: Map<string, number>,
  lineAt: (offset: number) => number,
): void {
  if (isSeq(node))
    for (const [at, item] of node.items.entries()) {
      if (!isNode(item) || !item.range) continue;
      lines.set(`${above}.${at}`, lineAt(item.range[0]));
      keyLines(item, `${above}.${at}`, lines, lineAt);
    }
  if (!isMap(node)) return;
  for (const { key, value } of node.items) {
    if (!isScalar(key) || !key.range) continue;
    const path = above === "" ? String(key.value) : `${above}.${String(key.value)}`;
    lines.set(path, lineAt(key.range[0]));
    keyLines(value as Node | null, path, lines, lineAt);
  }
}

/** A value that has itself within it would have no end for whoever walks it. */
function checkAliases(document: Document, source: string, lineAt: (offset: number) => number): void {
  visit(document, {
    Alias(_, alias, above) {
      const named = alias.resolve(document);
      if (named === undefined || !above.includes(named)) return;
      const line = lineAt(alias.range?.[0] ?? 0);
      throw new WerkError(
        "CONFIG_INVALID",
        `${source} line ${line}: the alias *${alias.source} stands within what it names.`,
        { hint: "Write out what is meant where the alias stands." },
      );
    },
  });
}

/** The reader recurses, and a stack that is nearly full can end the whole process: the tokens are counted first. */
function checkDepth(text: string, source: string, levels: number): void {
  const parser = new Parser();
  for (const token of new Lexer().lex(text)) {
    for (const _ of parser.next(token));
    // A level takes up to two places: the collection and its item.
    if (parser.stack.length > 2 * levels) {
      throw new WerkError("CONFIG_INVALID", `${source} is nested more than ${levels} levels deep.`);
    }
  }
}
