/** What the process tells the shell; docs/exit-codes.md explains it. */
export const EXIT = { ok: 0, broken: {{broken}}, usage: 64 };
