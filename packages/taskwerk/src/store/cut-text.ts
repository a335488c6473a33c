/** A longer text is cut in an event: the whole of it is in the task, its notes and its history. */
const LONGEST = 10_000;

/** A text as an event has it. */
export const cutText = (text: string): string =>
  text.length > LONGEST ? `${text.slice(0, LONGEST - 1).toWellFormed()}\u2026` : text;
