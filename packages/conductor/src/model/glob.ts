/** Globs over repository paths, matched in time proportional to pattern × path: no backtracking, so a hostile pattern costs nothing. */

const MAX_GLOB = 1_000;
const MAX_PATH = 4_096;
const MAX_ALTERNATIVES = 64;

/**
 * True when `path` (relative, with `/`) matches `glob`: `*` and `?` within one segment, `**` over segments,
 * `{a,b}` alternatives (at most 64), a trailing `/` for everything below. A glob without `/` matches the last
 * segment at any depth. Globs over 1,000 and paths over 4,096 characters match nothing.
 */
export function matchGlob(glob: string, path: string): boolean {
  if (glob === "" || glob.length > MAX_GLOB || path.length > MAX_PATH) return false;
  return expandBraces(glob.replace(/^\.?\//, "")).some((plain) => {
    const anchored = plain.replace(/\/$/, "").includes("/") ? plain : `**/${plain}`;
    return matchSegments((anchored.endsWith("/") ? `${anchored}**` : anchored).split("/"), path.split("/"));
  });
}

/** True when any glob matches the path. */
export const matchesAny = (globs: readonly string[], path: string): boolean =>
  globs.some((glob) => matchGlob(glob, path));

/** True when a whole text matches: `*` stands for anything, `?` for one character; nothing else means anything. */
export const matchText = (pattern: string, text: string): boolean =>
  pattern.length <= MAX_GLOB && text.length <= MAX_PATH && matchSegment(pattern, text);

function expandBraces(glob: string): readonly string[] {
  const done = new Set<string>();
  let open = [glob];
  while (open.length > 0) {
    const next: string[] = [];
    for (const one of open) {
      const end = one.indexOf("}");
      const start = end < 0 ? -1 : one.lastIndexOf("{", end);
      if (start < 0) done.add(one);
      else
        for (const choice of one.slice(start + 1, end).split(","))
          next.push(one.slice(0, start) + choice + one.slice(end + 1));
    }
    if (done.size + next.length > MAX_ALTERNATIVES) return [];
    open = next;
  }
  return [...done];
}

/** Dynamic programming over segments: `reached[j]` says that the pattern so far matches the first j segments of the path. */
function matchSegments(pattern: readonly string[], path: readonly string[]): boolean {
  let reached = [true, ...path.map(() => false)];
  pattern.forEach((segment, i) => {
    if (segment === "**") {
      // At the end it stands for at least one segment: `docs/**` is what lies below docs.
      const least = i === pattern.length - 1 && i > 0 ? 1 : 0;
      const first = reached.indexOf(true);
      reached = reached.map((_, j) => first >= 0 && j >= first + least);
    } else reached = reached.map((_, j) => j > 0 && reached[j - 1] === true && matchSegment(segment, path[j - 1]!));
  });
  return reached[path.length] === true;
}

/** `*` and `?` within one segment; on a mismatch only the last `*` grows, so there is no exponential way. */
function matchSegment(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === "*") {
      star = p;
      resume = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      resume += 1;
      p = star + 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === "*") p += 1;
  return p === pattern.length;
}
