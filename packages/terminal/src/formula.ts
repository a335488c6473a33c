/** What a spreadsheet takes for a formula, also behind spaces and in full width, or behind guards of ours. */
const FORMULA = /^'*(?:\s*[=+\-@\uff0b\uff0d\uff1d\uff20|%]|[\t\r])/;
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * The text of a cell with a `'` before what a spreadsheet would run as a formula
 * (https://owasp.org/www-community/attacks/CSV_Injection). {@link unguarded} gives the text back exactly.
 */
export const guarded = (text: string): string => (FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text);

/** The text that {@link guarded} made this cell of; any other text as it is. */
export const unguarded = (cell: string): string => (cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell);
