export const extensions = [".md", ".markdown"];

const INLINE = /\[[^\]]*\]\(\s*<?([^\s)>]+)>?(?:\s+["'(][^)]*)?\)/g;

/** The inline links of a Markdown text with their lines; code is left out. */
export function links(text) {
  const found = [];
  let fence = null;
  for (const [index, line] of text.split("\n").entries()) {
    const mark = /^\s{0,3}(```+|~~~+)/.exec(line)?.[1].slice(0, 3);
    if (mark !== undefined && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    if (fence !== null || mark !== undefined) continue;
    const plain = line.replace(/`[^`]*`/g, "");
    for (const [, target] of plain.matchAll(INLINE)) found.push({ target, line: index + 1 });
  }
  return found;
}
