/**
 * What each error code means and what to do about it: `help CODE` of both programs, and the reference. Exit code and HTTP
 * status are in `errors.ts`. Loaded only when somebody asks.
 */
import { type ErrorCode, exitOf, httpStatusOf, isRetryable } from "./errors.ts";

interface Page {
  /** When it comes, in one or two sentences. */
  readonly means: string;
  /** What to do, and what to type. Never a command that destroys anything. */
  readonly remedy: string;
}

/** An error code, explained. */
export interface ErrorPage extends Page {
  readonly code: ErrorCode;
  readonly exit_code: number;
  readonly http_status: number;
  /** True when the same call may succeed later without a change. */
  readonly retryable: boolean;
}

const PAGES: Readonly<Record<ErrorCode, Page>> = {
  INTERNAL: {
    means: "A defect of the program, or an answer that could not be written.",
    remedy: "Look whether the change was made before you run it again. With --debug the stack is printed: report it.",
  },
  USAGE: {
    means:
      "The command line cannot be understood: an unknown command or flag, a missing argument, a value of the wrong kind.",
    remedy: "help COMMAND shows what a command takes. Nothing was done.",
  },
  VALIDATION_FAILED: {
    means: "A value is not what its field takes: empty, too long, out of range or of the wrong type.",
    remedy: "The message names the field (`error.field`) and what it takes. Correct it and send it again.",
  },
  INVALID_STATUS: {
    means: "There is no such status.",
    remedy: "taskwerk help statuses lists them, with the spellings that are understood.",
  },
  INVALID_DATE: {
    means: "A date or a length of time cannot be read.",
    remedy: "taskwerk help dates shows what can be written: 2027-03-01, fri, +2d, tomorrow 9am.",
  },
  INVALID_QUERY: {
    means: "A query has an unknown field or value, or does not end where it should.",
    remedy: "taskwerk help query shows all of it. In a shell, brackets and < > need quotes.",
  },
  AMBIGUOUS_ID: {
    means: "The end of a ULID fits more than one task.",
    remedy: "Type more of it, or the short id; `error.candidates` lists what fits.",
  },
  IMPORT_INVALID: {
    means: "Rows of the file are wrong. Nothing was imported.",
    remedy: "`error.details.problems` has every bad row with its place. --dry-run checks a file without importing it.",
  },
  PAYLOAD_TOO_LARGE: {
    means: "A request or a file is larger than what is taken at once.",
    remedy: "Send it in parts. Large files go through taskwerk import.",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    means: "The API takes JSON only, and the request says that it is something else.",
    remedy: "Send the header content-type: application/json.",
  },
  CONFIG_INVALID: {
    means: "A configuration file is no YAML, or has an unknown key or a value that the key does not take.",
    remedy:
      "The message names the file, the line and the key. config list shows what there is; config explain KEY one of them.",
  },
  PLAN_INVALID: {
    means: "A plan has a cycle, a duplicate, a task without a title, or something else that no run could work with.",
    remedy:
      "The message names line and column. conductor plan review --edit opens it; conductor plan lint checks it again.",
  },
  PRD_UNREADABLE: {
    means: "The requirements document cannot be read as Markdown, text or PDF.",
    remedy: "Save it as Markdown or text. A PDF of scanned pages has no text in it.",
  },
  PRD_EMPTY: {
    means: "No requirement was found in the document.",
    remedy: "Requirements are read from lists, headings and sentences with must, should or may.",
  },
  TASK_NOT_FOUND: {
    means: "No task has that id. Ids are never given twice, so it may have been deleted, or be one of another store.",
    remedy:
      "taskwerk list --all shows what there is, taskwerk where which store it is; taskwerk log ID also knows deleted tasks.",
  },
  CRITERION_NOT_FOUND: {
    means: "The task has no acceptance criterion of that number. Numbers stay when others are taken away.",
    remedy: "taskwerk show ID lists its criteria with their numbers.",
  },
  TOKEN_NOT_FOUND: {
    means: "No token of the API has that id.",
    remedy: "taskwerk api token list --all shows every one that was made. Give its id, not the token.",
  },
  TAG_NOT_FOUND: {
    means: "No task has that tag.",
    remedy: "taskwerk tag list shows the tags in use, with how many tasks have each.",
  },
  WEBHOOK_NOT_FOUND: {
    means: "There is no webhook of that id.",
    remedy: "taskwerk webhook list shows what there is, also those of the configuration file.",
  },
  DELIVERY_NOT_FOUND: {
    means: "There is no delivery of that number. Those that arrived are kept for a week, those given up for a month.",
    remedy: "taskwerk webhook deliveries shows what there is.",
  },
  SESSION_NOT_FOUND: {
    means: "Nothing was ever changed under that session's name.",
    remedy: "taskwerk session list shows the names. A write creates a session, reading does not.",
  },
  ROUTE_NOT_FOUND: {
    means: "The API has no such route, or not with that method.",
    remedy: "GET /v1 lists the routes with their fields.",
  },
  FILE_NOT_FOUND: {
    means: "A file or directory that was named is not there.",
    remedy: "Paths are relative to where you stand, or to -C.",
  },
  PLAN_NOT_FOUND: {
    means: "There is no plan of that name.",
    remedy: "conductor plan list shows the plans; conductor plan decompose PRD.md makes one.",
  },
  DECISION_NOT_FOUND: {
    means: "There is no question or approval of that name.",
    remedy: "conductor inbox lists what waits for you.",
  },
  OP_NOT_FOUND: {
    means: "No operation has that id, or it changed nothing.",
    remedy: "taskwerk log shows operations with their ids, the newest first.",
  },
  CONFIRMATION_REQUIRED: {
    means: "What was asked for cannot be taken back, or touches many tasks, and nobody said yes.",
    remedy:
      "Read what would happen. At a terminal you are asked; elsewhere say it with --yes, or with the number in --expect.",
  },
  READ_ONLY: {
    means: "The command would write, and may not: --readonly was given, or files or disk allow no writing.",
    remedy: "Leave --readonly out, or look at the permissions of the store: taskwerk where names it.",
  },
  UNAUTHORIZED: {
    means: "The API wants a bearer token, and none or a wrong one was sent.",
    remedy: "The token lies in .taskwerk/api.json, which only its owner can read; a restarted server has a new one.",
  },
  FORBIDDEN: {
    means: "The caller may not do that: a foreign Host or Origin, or a token without that right.",
    remedy: "Call the address that taskwerk api status prints, with the owner's token.",
  },
  POLICY_UNMET: {
    means: "A rule that you set does not let this go on, such as required tests or a protected path.",
    remedy: "The message names the rule. conductor config explain KEY says who set it.",
  },
  CONFIG_UNTRUSTED: {
    means: "The repository's configuration is not agreed to yet, or has changed since, and this would run by it.",
    remedy: "conductor trust shows what it says, and asks.",
  },
  SANDBOX_REQUIRED: {
    means: "Nothing can confine agents here, and running them unconfined was not asked for.",
    remedy: "conductor doctor says what is missing; on Linux it is mostly the package bubblewrap.",
  },
  SETUP_FAILED: {
    means: "What the project needs could not be installed, so no agent and no gate could work.",
    remedy: "The message has the end of the log. conductor doctor tries it again.",
  },
  CREDENTIAL_MISSING: {
    means: "A model's key or login is missing.",
    remedy: "conductor doctor names the variable or the login that it looked for.",
  },
  STORE_BUSY: {
    means: "Another process kept the store locked for longer than 5 seconds.",
    remedy: "Try again. If it stays, look for a process that hangs: taskwerk api status names the server.",
  },
  STORE_FULL: {
    means: "The disk is full. Nothing was changed.",
    remedy: "Make room and run it again; the store needs no repair. taskwerk db vacuum gives unused space back.",
  },
  STORE_UNREADABLE: {
    means: "The store's files cannot be opened: permissions, a missing file, a broken disk.",
    remedy: "taskwerk where names the directory; look at its permissions. taskwerk help db has check and restore.",
  },
  STORE_CORRUPT: {
    means: "The database is damaged, or was changed by something other than taskwerk.",
    remedy: "taskwerk db check says what is wrong. Daily copies lie in .taskwerk/backups; taskwerk help db restore.",
  },
  SCHEMA_TOO_NEW: {
    means: "The store was written by a newer taskwerk. Nothing was changed.",
    remedy: "Use that version; the message names both.",
  },
  GIT_NOT_A_REPOSITORY: {
    means: "The place one stands in belongs to no git repository.",
    remedy: "Go into the repository, or name it with -C.",
  },
  GIT_NO_COMMITS: {
    means: "The repository has no commit yet, so there is nothing to start from.",
    remedy: "Make a first commit.",
  },
  GIT_REF_NOT_FOUND: {
    means: "There is no such branch, tag or commit.",
    remedy: "git branch --all lists the branches.",
  },
  GIT_CONFLICT: {
    means: "Two changes touch the same lines, and git cannot merge them.",
    remedy: "The message names the files. The work is kept: conductor fetch ID makes a branch of it.",
  },
  GIT_FAILED: {
    means: "A git command failed for another reason.",
    remedy: "The message has what git said.",
  },
  TASKWERK_UNREACHABLE: {
    means: "No taskwerk server answers there, or what answers is no taskwerk.",
    remedy: "taskwerk api status says whether one runs; taskwerk api start starts it.",
  },
  PORT_IN_USE: {
    means: "Another program listens on that port.",
    remedy: "Choose another one with --port; 0 takes any that is free.",
  },
  WEBHOOK_FAILED: {
    means: "A test did not arrive: nobody answered, the answer was no success, or there is no secret to sign with.",
    remedy: "The message says which. Deliveries are tried again by themselves: taskwerk webhook deliveries --failed.",
  },
  AGENT_UNAVAILABLE: {
    means: "An agent's program is not installed, or does not start.",
    remedy: "conductor doctor looks at every agent that is configured.",
  },
  MODEL_ERROR: {
    means: "The model's provider failed, or gave an answer that cannot be used.",
    remedy: "Try again later. The task stays open, and what was done is kept.",
  },
  RATE_LIMITED: {
    means: "The provider's limit is reached, or too many requests came at once.",
    remedy: "Wait as long as the message says; a run pauses by itself and goes on.",
  },
  BUDGET_EXHAUSTED: {
    means: "The limit on costs is reached. Nothing more is started.",
    remedy: "conductor status shows what was spent. Raise the limit with --budget and conductor resume.",
  },
  INVALID_TRANSITION: {
    means: "A task cannot go from its status to that one.",
    remedy: "taskwerk help statuses shows the moves. What is done or cancelled comes back by taskwerk reopen only.",
  },
  DUPLICATE_KEY: {
    means: "Another task has that key already.",
    remedy: "With --if-absent, add answers the task that is there. An import takes --on-conflict.",
  },
  DEPENDENCY_CYCLE: {
    means: "The tasks would wait for each other in a circle, so none of them could ever start.",
    remedy: "The message has the circle. Leave out one of its edges.",
  },
  DEPENDENCY_OPEN: {
    means: "The task has children that are not done.",
    remedy: "Do them first, or close them too with --cascade.",
  },
  HIERARCHY_CONFLICT: {
    means: "A task cannot depend on what lies above or below it, nor be its own ancestor.",
    remedy: "A parent waits for its children anyway. Let the children depend on each other.",
  },
  REV_MISMATCH: {
    means:
      "What you read was changed since: a task has a newer rev, a plan file was written by somebody else, a decision was made void by what came after it. What was changed since stays as it is.",
    remedy:
      "Look at what it says now, then do it again. A task: taskwerk log ID, and send your change with the new rev. A plan file: conductor plan show. A decision: conductor inbox.",
  },
  UNDO_CONFLICT: {
    means: "Something that came later stands on it, or there is nothing to take back. Nothing was changed.",
    remedy:
      "`error.details` lists what stands in the way: take that back first, or change it by hand. The hint says how.",
  },
  DECISION_CLOSED: {
    means: "The question or approval was answered already, or what it was about has changed.",
    remedy: "conductor inbox has what is open now.",
  },
  ALREADY_CLAIMED: {
    means: "Somebody else has the task, and the lease runs.",
    remedy: "Take another one: taskwerk claim --next. taskwerk show ID says until when the lease runs.",
  },
  CLAIM_REQUIRED: {
    means: "The task is claimed, and its status changes only with the token of that claim.",
    remedy: "Send --claim TOKEN, or set TASKWERK_CLAIM. Notes need no claim.",
  },
  CLAIM_LOST: {
    means: "The lease ran out or the claim was released, so the token counts no more.",
    remedy: "Claim the task again, and look what happened to it meanwhile: taskwerk log ID.",
  },
  IDEMPOTENCY_MISMATCH: {
    means:
      "The same idempotency key was used for another call before: of a plan, that it was imported as something else.",
    remedy:
      "Use a new key for a new call; a retry sends exactly what was sent the first time. A plan that has changed: conductor plan update.",
  },
  EXPECT_MISMATCH: {
    means: "The query finds another number of tasks than --expect says. Nothing was changed.",
    remedy: "taskwerk list with the same query shows them.",
  },
  SESSION_ACTIVE: {
    means: "A run is going on already, and there is one at a time.",
    remedy: "conductor status shows it.",
  },
  API_RUNNING: {
    means: "A server of this store runs, and this cannot be done beside it.",
    remedy: "taskwerk api status shows it, taskwerk api stop ends it.",
  },
  STORE_NOT_FOUND: {
    means: "There is no .taskwerk directory here, in a directory above, or in the main worktree.",
    remedy: "taskwerk init makes one. --store or TASKWERK_DIR name one elsewhere.",
  },
  NOTHING_READY: {
    means: "No task can be worked on now. That is an answer, not a failure.",
    remedy: "taskwerk blocked shows what stands in the way; ask again later.",
  },
  OUT_OF_REACH: {
    means: "What was waited for can no longer come: a task is closed, or deleted.",
    remedy: "If it shall be done after all: taskwerk reopen ID, or restore ID; wait again.",
  },
  TIME_UP: {
    means: "What was waited for did not come in time.",
    remedy: "Wait longer, or look at what holds it.",
  },
  INTERRUPTED: {
    means: "A signal ended it. A write was done wholly or not at all.",
    remedy: "Run it again. A run of conductor goes on with conductor resume.",
  },
};

/** Every code, in the order of the table of codes. */
export const ERROR_CODES = Object.keys(PAGES) as readonly ErrorCode[];

/** The page of a code, in any case; undefined for what is none. */
export function errorPage(word: string): ErrorPage | undefined {
  const code = word.trim().toUpperCase().replaceAll("-", "_") as ErrorCode;
  if (!Object.hasOwn(PAGES, code)) return undefined;
  return {
    code,
    ...PAGES[code],
    exit_code: exitOf(code),
    http_status: httpStatusOf(code),
    retryable: isRetryable(code),
  };
}

/** What each exit code says, to a shell that knows nothing else. */
export const EXIT_MEANINGS: readonly { readonly code: number; readonly means: string }[] = [
  { code: 0, means: "done; for a run: everything landed" },
  { code: 1, means: "unexpected: a defect, or an answer that cannot be written" },
  { code: 2, means: "what was typed, or a file that was given, is not right" },
  { code: 3, means: "not found" },
  { code: 4, means: "refused: a confirmation, key, right or sandbox is missing" },
  { code: 5, means: "the store is busy, full, unreadable or damaged" },
  { code: 6, means: "git" },
  { code: 7, means: "network, model or taskwerk not reachable" },
  { code: 8, means: "conflict: somebody else was first" },
  { code: 9, means: "no store here: taskwerk init" },
  { code: 10, means: "nothing is ready" },
  { code: 11, means: "waits for a person" },
  { code: 12, means: "the budget is used up" },
  { code: 13, means: "turned away for now: a limit of the other side" },
  { code: 14, means: "ended, not everything is done; for wait: it cannot come" },
  { code: 15, means: "time is up" },
  { code: 129, means: "ended by a hang-up" },
  { code: 130, means: "ended by Ctrl-C" },
  { code: 143, means: "ended by a request to end" },
];

/** What an exit code says. */
export const exitMeaning = (code: number): string => EXIT_MEANINGS.find((one) => one.code === code)?.means ?? "";
