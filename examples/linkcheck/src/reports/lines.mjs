export const name = "lines";

/** One line for each broken link, and how many there are. */
export function render(results) {
  const broken = results.filter(({ problem }) => problem !== null);
  const lines = broken.map(({ file, line, target, problem }) => `${file}:${line}  ${target}  ${problem}`);
  const verb = broken.length === 1 || results.length === 1 ? "is" : "are";
  const word = results.length === 1 ? "link" : "links";
  lines.push(`${broken.length === 0 ? "None" : broken.length} of ${results.length} ${word} ${verb} broken.`);
  return `${lines.join("\n")}\n`;
}
