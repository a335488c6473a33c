/** Which names may be given to git. Pure. */

/** True for a full ref name as git allows it, e.g. refs/heads/main. */
export function isRefName(name: string): boolean {
  if (!/^refs\/[^\x00-\x20\x7f~^:?*[\\]+$/u.test(name)) return false;
  if (name.includes("..") || name.includes("@{") || name.endsWith(".") || name.length > 400) return false;
  return name.split("/").every((part) => part !== "" && !part.startsWith(".") && !part.endsWith(".lock"));
}

/** True for a branch name that no command line can mistake for a flag. */
export const isBranchName = (name: string): boolean =>
  !name.startsWith("-") && name !== "HEAD" && isRefName(`refs/heads/${name}`);

/** True for a word that may be one part of a ref name: a task id, an attempt number. */
export const isRefPart = (part: string): boolean => !part.includes("/") && isRefName(`refs/x/${part}`);

/** True for an object id, SHA-1 or SHA-256. */
export const isObjectId = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(text);

/** True for a name that git may resolve: a ref, a branch, an id, HEAD, with ~ and ^ steps; never a flag, a search or a reflog entry. */
export const isRevision = (name: string): boolean =>
  /^[^\x00-\x20\x7f:?*[\\@{-][^\x00-\x20\x7f:?*[\\]*$/u.test(name) && !name.includes("..") && !name.includes("@{");
