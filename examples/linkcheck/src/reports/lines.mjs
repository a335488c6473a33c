import { summary } from "../summary.mjs";

export const name = "lines";

/** One line for each broken link, and how many there are. */
export function render(results) {
  const broken = results.filter(({ problem }) => problem !== null);
  const lines = broken.map(({ file, line, target, problem }) => `${file}:${line}  ${target}  ${problem}`);
  return `${[...lines, summary(results)].join("\n")}\n`;
}
