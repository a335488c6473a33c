/** Whether two globs of files can name the same file. Pure. */

/** True when some path fits both; `*`, `?` stay within a folder, `**` goes through any number of them. */
export function globsOverlap(a: string, b: string): boolean {
  if (a === b) return true;
  if (!isGlob(a) && !isGlob(b)) return false;
  return partsOverlap(a.split("/"), b.split("/"));
}

/** True when it names more than one path. */
export const isGlob = (path: string): boolean => /[*?[{]/.test(path);

/** False where what two globs begin with tells them apart, as nearly all are; a large plan has many pairs. */
export const mayOverlap = (literal: string, other: string): boolean =>
  literal.startsWith(other) || other.startsWith(literal);

/** What every path begins with that it names; a folder and all in it (`src/**`) name the folder itself, too. */
export function literalOf(glob: string): string {
  const end = glob.search(/[*?[{]/);
  const literal = end < 0 ? glob : glob.slice(0, end);
  return end > 0 && literal.endsWith("/") ? literal.slice(0, -1) : literal;
}

function partsOverlap(a: readonly string[], b: readonly string[]): boolean {
  const memo = new Map<number, boolean>();
  const at = (i: number, j: number): boolean => {
    const key = i * (b.length + 1) + j;
    const known = memo.get(key);
    if (known !== undefined) return known;
    memo.set(key, false);
    const found = fits(i, j);
    memo.set(key, found);
    return found;
  };
  const fits = (i: number, j: number): boolean => {
    if (i === a.length && j === b.length) return true;
    if (a[i] === "**") return at(i + 1, j) || (j < b.length && at(i, j + 1));
    if (b[j] === "**") return at(i, j + 1) || (i < a.length && at(i + 1, j));
    if (i === a.length || j === b.length) return false;
    return namesOverlap(a[i] ?? "", b[j] ?? "") && at(i + 1, j + 1);
  };
  return at(0, 0);
}

/** Two names of one folder: sets and alternatives count as "anything", which finds too much rather than too little. */
function namesOverlap(a: string, b: string): boolean {
  const plain = (name: string) => name.replace(/\[[^\]]*\]/g, "?").replace(/\{[^}]*\}/g, "*");
  const [left, right] = [plain(a), plain(b)];
  const row = (i: number, j: number): boolean => {
    if (i === left.length && j === right.length) return true;
    if (left[i] === "*") return memo(i + 1, j) || (j < right.length && memo(i, j + 1));
    if (right[j] === "*") return memo(i, j + 1) || (i < left.length && memo(i + 1, j));
    if (i === left.length || j === right.length) return false;
    return (left[i] === right[j] || left[i] === "?" || right[j] === "?") && memo(i + 1, j + 1);
  };
  const known = new Map<number, boolean>();
  const memo = (i: number, j: number): boolean => {
    const key = i * (right.length + 1) + j;
    if (!known.has(key)) {
      known.set(key, false);
      known.set(key, row(i, j));
    }
    return known.get(key) ?? false;
  };
  return memo(0, 0);
}
