/** Markdown to blocks. Runs in the parser's own process: see child.ts. */
import { Lexer, type Token, type Tokens } from "marked";
import type { Block } from "./block.ts";
import { refuseDeepNesting } from "./nesting.ts";

const FRONT_MATTER = /^---[ \t]*\n[\s\S]*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)/;

const linesIn = (raw: string): number => {
  let count = 0;
  for (let at = raw.indexOf("\n"); at >= 0; at = raw.indexOf("\n", at + 1)) count += 1;
  return count;
};

interface Place {
  readonly in: number | null;
  readonly quoted: boolean;
}

/** Reads GitHub-flavoured Markdown whose line breaks are `\n`. Throws TooDeep. */
export function readMarkdown(text: string): readonly Block[] {
  refuseDeepNesting(text);
  const blocks: Block[] = [];
  const front = FRONT_MATTER.exec(text)?.[0] ?? "";
  const skipped = linesIn(front);
  if (front !== "") {
    blocks.push({ kind: "front-matter", text: front, first: 1, last: skipped || 1, in: null, quoted: false });
  }
  // Only the block structure is wanted: inline lexing is what makes some inputs take minutes.
  const tokens: Token[] = [];
  new Lexer({ gfm: true }).blockTokens(text.slice(front.length), tokens as never);
  walk(tokens, skipped + 1, { in: null, quoted: false }, blocks);
  return blocks;
}

/** Nested text is handed over dedented, but it has as many lines as in the document: counting line breaks is enough. */
function walk(tokens: readonly Token[], from: number, place: Place, blocks: Block[]): void {
  let line = from;
  for (const token of tokens) {
    const lead = linesIn(/^\s*/.exec(token.raw)?.[0] ?? "");
    const first = line + lead;
    const span = { first, last: Math.max(first, line + linesIn(token.raw.trimEnd())) };
    add(token, span, place, blocks);
    line += linesIn(token.raw);
  }
}

function add(token: Token, span: { first: number; last: number }, place: Place, blocks: Block[]): void {
  switch (token.type) {
    case "heading":
      blocks.push({ kind: "heading", level: (token as Tokens.Heading).depth, text: token.text, ...span, ...place });
      return;
    case "paragraph":
    case "text":
      blocks.push({ kind: "paragraph", text: token.text, ...span, ...place });
      return;
    case "code":
      blocks.push({ kind: "code", language: token.lang ?? "", text: token.text, ...span, ...place });
      return;
    case "html":
      blocks.push({ kind: "html", text: token.raw, ...span, ...place });
      return;
    case "blockquote":
      walk((token as Tokens.Blockquote).tokens, span.first, { ...place, quoted: true }, blocks);
      return;
    case "table":
      addTable(token as Tokens.Table, span, place, blocks);
      return;
    case "list":
      addList(token as Tokens.List, span.first, place, blocks);
      return;
    default:
      return;
  }
}

function addTable(table: Tokens.Table, span: { first: number; last: number }, place: Place, blocks: Block[]): void {
  blocks.push({
    kind: "table",
    header: table.header.map((cell) => cell.text),
    rows: table.rows.map((row, index) => ({
      cells: row.map((cell) => cell.text),
      first: span.first + 2 + index,
      last: span.first + 2 + index,
    })),
    ...span,
    ...place,
  });
}

function addList(list: Tokens.List, from: number, place: Place, blocks: Block[]): void {
  let line = from;
  for (const item of list.items) {
    const [head, ...rest] = item.tokens.filter((token) => token.type !== "checkbox");
    const own = head !== undefined && (head.type === "text" || head.type === "paragraph") ? head : null;
    const text = (own?.text ?? "").replace(/^\[[ xX]\][ \t]+/, "");
    const self = blocks.length;
    blocks.push({
      kind: "item",
      text,
      ordered: list.ordered,
      ticked: item.task ? item.checked === true : null,
      first: line,
      last: line + (own === null ? 0 : linesIn(own.raw.trimEnd())),
      ...place,
    });
    const inner = { in: self, quoted: place.quoted };
    if (own === null) walk(item.tokens, line, inner, blocks);
    else walk(rest, line + linesIn(own.raw), inner, blocks);
    line += linesIn(item.raw);
  }
}
