/** The text with spaces where a pattern matches: places and lines of the rest stay as they are. */
export const blank = (text, ...patterns) =>
  patterns.reduce((rest, pattern) => rest.replace(pattern, (match) => match.replace(/[^\n]/g, " ")), text);
