/** `help ids`. */
export const IDS_HELP: readonly string[] = [
  "Wherever a command takes an ID, these name the same task:",
  "  TASK-012  task-12  12    its id, in any case, with zeros or without",
  "  TASK-012.3  12.3         a child's",
  "  01JD2XK8...              its ULID (field uid), or 6 or more of its last letters",
  "",
  "Several at once, where a command takes several:",
  "  12 13 15    12,13,15    3..7    TASK-3..7",
  "  -           from stdin: the first word of each line",
  "",
  "  @last       the task that you changed last, in this session where there is one",
  "  none        the task that the git branch names: feature/TASK-012-limit-requests.",
  "              note TEXT and ac check N take it, too;",
  "              delete, cancel, archive and purge never do.",
  "",
  "An id is never given twice, and stays when a task moves. Besides it a task may have",
  "a key of yours: add --key, list --key.",
];
