import { existsSync } from "node:fs";
import { journalFile } from "../../journal/directory.ts";

/** True when conductor has been used here. */
export const hasJournalAt = async (root: string): Promise<boolean> => existsSync(journalFile(root));
