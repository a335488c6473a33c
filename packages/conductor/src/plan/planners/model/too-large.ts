import type { TaskAnswer } from "./answer.ts";

/** What one task may be at most, before it is split. */
export const LARGEST = { complexity: 5, lines: 400, files: 10, modules: 2 } as const;

/** Why a task is too large for one engineer to finish alone, in words; null when it is not. */
export function tooLarge(
  answer: Pick<TaskAnswer, "complexity" | "lines" | "files" | "new_files" | "modules">,
): string | null {
  const files = new Set([...answer.files, ...answer.new_files]).size;
  const modules = new Set(answer.modules).size;
  if (answer.complexity > LARGEST.complexity) return `complexity ${answer.complexity} of 10`;
  if (answer.lines > LARGEST.lines) return `about ${answer.lines} lines`;
  if (files > LARGEST.files) return `${files} files`;
  if (modules > LARGEST.modules) return `${modules} modules`;
  return null;
}
