/** What the process tells the shell. */
export const EXIT = { ok: 0, broken: 1, usage: 1 };
