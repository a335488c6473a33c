/** What kind of thing a note says; a note is a comment unless said. No imports: commands check it before anything else is loaded. */
export const NOTE_TYPES = ["comment", "progress", "decision", "question", "answer"] as const;
export type NoteType = (typeof NOTE_TYPES)[number];
