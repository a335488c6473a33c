// Which way things point (docs/ARCHITECTURE.md, "Arrows"), as rules of dependency-cruiser. `npm run arrows` checks them.

/** One forbidden arrow. A trailing comment says why where the name does not. */
const never = (name, from, to, comment) => ({ name, severity: "error", from, to, ...(comment ? { comment } : {}) });
const lib = (names) => `(^|/)node_modules/(${names})/`;
const inPackage = (pkg, dirs) => `^packages/${pkg}/src/(${dirs})/`;
const TEST = "\\.(test|proof|agents)\\.tsx?$";
/** What only tests are built from: rigs, sample values, one test body for all that implement a port. */
const TEST_SUPPORT = [
  "/test-support/",
  "/(test|sample)-[^/]+\\.ts$",
  "-contract\\.ts$",
  "/(built-parser|scripted-model)\\.ts$",
];
const IN_TESTS = [TEST, ...TEST_SUPPORT];
const IO =
  "^(node:)?(fs|http|https|http2|net|tls|dns|dgram|child_process|cluster|worker_threads|process|os|readline|tty)(/|$)";
const DOORS = "cli|api|mcp";
const SCREENS = "cli|tui|web";
/** The files of conductor's cli that make parts from the configuration, or ask them what is there: loaded when needed. */
const inCli = (file) => `^packages/conductor/src/cli/${file}\\.ts$`;
const WIRING_OF_ALL = [
  "agents-of", // configuration → agents
  "orchestrate/(settings-of|check-wish|start-run)", // configuration and flags → settings and policy of a run
  "system/doctor", // asks each part whether it could work here
].map(inCli);
const WIRING_OF_POLICY = [
  "config-keys", // names the presets that can be set
  "policy-fields", // configuration → rules of the user's own
  "policy/(described|real-change|show|test|verdict-lines)", // asks policy what it says of an action
].map(inCli);
const WIRING_OF_GIT = [
  "facts", // asks git whether what the journal says is there
  "last-look", // asks which files git keeps refs in
  "config/trust", // asks git how a text has changed
  "open-repository", // opens the user's repository for verbs that look at what was made
  "demo/make-demo-project", // makes the example a repository
  "rehearse/make-place", // makes the throw-away clone
].map(inCli);
const WIRING = [...WIRING_OF_ALL, ...WIRING_OF_POLICY, ...WIRING_OF_GIT];
const PARTS = "plan|agents|git|sandbox|setup|gates|landing|policy|tasks|forge|journal|machine|notify";

const everywhere = [
  never("no-cycles", {}, { circular: true }, "Two files in a cycle are one file, or a third is missing."),
  never("everything-resolves", {}, { couldNotResolve: true }, "A name that does not resolve passes every other rule."),
  never(
    "nobody-imports-a-main",
    {},
    { path: "^packages/[^/]+/src/main\\.tsx?$" },
    "main.ts wires; it is nobody's part.",
  ),
  never("nobody-imports-a-test", {}, { path: TEST }),
  never(
    "test-tools-only-in-tests",
    { path: "^packages/", pathNot: [...IN_TESTS, "^packages/e2e/"] },
    { path: lib("vitest|fast-check|ink-testing-library") },
    "`<port>-contract.ts` is the one test body over all that implement a port.",
  ),
  never(
    "test-support-only-in-tests",
    { path: "^packages/", pathNot: IN_TESTS },
    { path: TEST_SUPPORT },
    "A rig or a sample value is no part of a program.",
  ),
];

const packages = [
  never("contract-knows-nobody", { path: "^packages/contract/" }, { path: "^packages/(?!contract/)" }),
  never(
    "contract-needs-only-zod",
    { path: "^packages/contract/src/", pathNot: TEST },
    { path: "(^|/)node_modules/(?!zod/)" },
  ),
  never(
    "errors-import-nothing",
    { path: "^packages/contract/src/errors\\.ts$" },
    { path: ".+" },
    "The hot path of every command loads it.",
  ),
  never(
    "libraries-know-only-the-contract",
    { path: "^packages/(terminal|config|sqlite|rehearsal)/" },
    { path: "^packages/", pathNot: "^packages/(contract|$1)/" },
  ),
  never("conductor-only-through-the-contract", { path: "^packages/conductor/" }, { path: "^packages/taskwerk/" }),
  never(
    "taskwerk-never-knows-conductor",
    { path: "^packages/taskwerk/" },
    { path: "^packages/(conductor|rehearsal)/" },
  ),
  never(
    "stories-run-what-is-built",
    { path: "^packages/e2e/" },
    { path: "^packages/(?!e2e/|contract/|rehearsal/)" },
    "A story that imports a program's source does not prove the program.",
  ),
  never("the-build-stands-apart", { path: "^packages/(?!build/)" }, { path: "^packages/build/" }),
  never("the-build-imports-no-product", { path: "^packages/build/" }, { path: "^packages/(?!build/)" }),
  never(
    "rehearsal-only-from-cli-and-tests",
    {
      path: "^packages/conductor/src/",
      pathNot: [...IN_TESTS, inPackage("conductor", "cli"), "^packages/conductor/src/main\\.ts$"],
    },
    { path: "^packages/rehearsal/" },
  ),
];

const taskwerk = [
  never(
    "core-is-pure",
    { path: inPackage("taskwerk", "core"), pathNot: TEST },
    {
      path: [
        "^packages/taskwerk/src/(?!core/)",
        "^packages/(?!taskwerk/|contract/)",
        "^packages/contract/src/(is-running|process-stat|process-start)\\.ts$",
        "(^|/)node_modules/",
      ],
    },
  ),
  never(
    "core-and-formats-do-no-io",
    { path: inPackage("taskwerk", "core|formats"), pathNot: TEST },
    { dependencyTypes: ["core"], path: IO },
  ),
  never(
    "formats-know-only-core",
    { path: inPackage("taskwerk", "formats"), pathNot: TEST },
    { path: "^packages/taskwerk/src/(?!formats/|core/)" },
  ),
  never(
    "store-stays-below",
    { path: inPackage("taskwerk", "store"), pathNot: TEST },
    { path: inPackage("taskwerk", `operations|formats|webhooks|${DOORS}`) },
    "A test of the store may put something in it with the operations.",
  ),
  never(
    "operations-know-no-door",
    { path: inPackage("taskwerk", "operations") },
    { path: inPackage("taskwerk", `webhooks|${DOORS}`) },
  ),
  never(
    "doors-use-operations",
    { path: inPackage("taskwerk", DOORS), pathNot: TEST },
    { path: inPackage("taskwerk", "store|webhooks") },
  ),
  never(
    "webhooks-read-the-store",
    { path: inPackage("taskwerk", "webhooks"), pathNot: IN_TESTS },
    { path: inPackage("taskwerk", `operations|formats|${DOORS}`) },
  ),
  never(
    "doors-are-strangers",
    { path: inPackage("taskwerk", DOORS) },
    { path: inPackage("taskwerk", DOORS), pathNot: "^packages/taskwerk/src/$1/" },
    "main.ts hands a door what it needs of another, e.g. serveApi to cli.",
  ),
];

const conductor = [
  never(
    "model-is-pure",
    { path: inPackage("conductor", "model"), pathNot: TEST },
    { path: ["^packages/conductor/src/(?!model/)", "^packages/(?!conductor/|contract/)", "(^|/)node_modules/", IO] },
  ),
  never(
    "parts-are-strangers",
    { path: inPackage("conductor", PARTS), pathNot: IN_TESTS },
    { path: "^packages/conductor/src/", pathNot: "^packages/conductor/src/($1|model)/" },
    "run introduces the parts to each other, or they are handed in.",
  ),
  never(
    "report-folds-the-journal",
    { path: inPackage("conductor", "report"), pathNot: TEST },
    { path: "^packages/conductor/src/(?!report/|journal/|model/)" },
  ),
  never("run-shows-nothing", { path: inPackage("conductor", "run") }, { path: inPackage("conductor", SCREENS) }),
  never(
    "screens-call-run",
    { path: inPackage("conductor", SCREENS), pathNot: [TEST, ...WIRING] },
    { path: inPackage("conductor", "agents|git|sandbox|setup|gates|landing|policy|forge|machine|notify") },
    "A screen may call run, plan, tasks, journal and report.",
  ),
  ...[
    ["policy", WIRING_OF_POLICY],
    ["git", WIRING_OF_GIT],
  ].map(([part, files]) =>
    never(
      `wiring-of-${part}-alone`,
      { path: files },
      { path: inPackage("conductor", `(?!${part}/)(?:agents|git|sandbox|setup|policy|machine|notify)`) },
    ),
  ),
  never(
    "wiring-judges-nothing",
    { path: WIRING },
    { path: inPackage("conductor", "gates|landing|forge") },
    "What decides whether something lands is called by run alone.",
  ),
  never(
    "screens-are-strangers",
    { path: inPackage("conductor", SCREENS) },
    { path: inPackage("conductor", SCREENS), pathNot: "^packages/conductor/src/$1/" },
  ),
];

/** Each outside thing has one keeper. */
const keeper = (thing, names, where) =>
  never(`one-keeper-${thing}`, { path: "^packages/", pathNot: where }, { path: lib(names) });

const keepers = [
  keeper("better-sqlite3", "better-sqlite3", "^packages/(sqlite|build)/"),
  keeper("kysely", "kysely", ["^packages/sqlite/", inPackage("taskwerk", "store"), inPackage("conductor", "journal")]),
  never(
    "one-keeper-sqlite",
    {
      path: "^packages/",
      pathNot: [TEST, "^packages/sqlite/", inPackage("taskwerk", "store"), inPackage("conductor", "journal")],
    },
    { path: "^packages/sqlite/", pathNot: "^packages/sqlite/src/sync\\.ts$" },
    "taskwerk's store and conductor's journal keep the two databases; what brings a file to the disk is for all who write one.",
  ),
  keeper("simple-git", "simple-git|@simple-git/[^/]+", inPackage("conductor", "git")),
  keeper("models", "@anthropic-ai/sdk", [
    inPackage("conductor", "agents"),
    "^packages/conductor/src/plan/planners/",
    "^packages/rehearsal/.*\\.test\\.ts$", // the real client against the scripted server
  ]),
  keeper("react", "ink|react|@inkjs/ui", inPackage("conductor", "tui|web")),
  keeper("documents", "pdfjs-dist|marked", "^packages/conductor/src/plan/read/"),
  keeper("mcp-server", "@modelcontextprotocol/server", inPackage("taskwerk", "mcp")),
  keeper("hono", "hono|@hono/[^/]+", inPackage("taskwerk", "api")),
  keeper("commander", "commander", ["^packages/terminal/src/command/"]),
  never(
    "taskwerk-stays-light",
    { path: "^packages/(taskwerk|contract|config|terminal|sqlite)/", pathNot: TEST },
    { path: lib("execa|simple-git|ink|react|@anthropic-ai/sdk") },
  ),
];

module.exports = {
  forbidden: [...everywhere, ...packages, ...taskwerk, ...conductor, ...keepers],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^packages/[^/]+/(bin|dist|coverage)/" },
    tsPreCompilationDeps: true, // needs @swc/core beside TypeScript 7; with TypeScript 7 alone it reads no file at all
    enhancedResolveOptions: {
      // without these the packages' names stay unresolved
      exportsFields: ["exports"],
      conditionNames: ["types", "import", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".json"],
    },
  },
};
