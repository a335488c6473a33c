/** The name of a task's branch. Pure. */

const LONGEST_SLUG = 40;

/** Fills `{task_id}` and `{task_slug}`, e.g. feature/TASK-001-limit-requests; only letters, digits, dots and dashes of a title get in. */
export function branchName(pattern: string, task: string, title: string): string {
  const slug = title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_SLUG)
    .replace(/^-+|-+$/g, "");
  return pattern
    .replaceAll("{task_id}", task)
    .replaceAll("{task_slug}", slug === "" ? "task" : slug)
    .replace(/[^\w./-]+/g, "-")
    .replace(/\.{2,}/g, ".")
    .replace(/[./-]+$/, "");
}
