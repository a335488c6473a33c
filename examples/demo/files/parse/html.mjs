import { blank } from "../blank.mjs";

export const extensions = [".html", ".htm"];

const COMMENT = /<!--[\s\S]*?-->/g;
const NOT_READ = /(<(script|style|code|pre)\b[^>]*>)([\s\S]*?)(?=<\/\2\s*>)/gi;
const ATTRIBUTE = /<[a-z][^<>]*?\s(?:href|src)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi;
const ENTITIES = { "&amp;": "&", "&quot;": '"', "&#39;": "'", "&lt;": "<", "&gt;": ">" };

/** What `href` and `src` name in an HTML text, with their lines; not in comments, scripts, styles and code. */
export function links(text) {
  // A script's own `src` counts, what stands in it does not.
  const plain = blank(text, COMMENT).replace(NOT_READ, (_, tag, _name, inner) => tag + blank(inner, /[\s\S]+/g));
  return [...plain.matchAll(ATTRIBUTE)].map((match) => ({
    target: (match[1] ?? match[2] ?? match[3]).trim().replace(/&(?:amp|quot|#39|lt|gt);/g, (name) => ENTITIES[name]),
    line: text.slice(0, match.index).split("\n").length,
  }));
}
