// @ts-check
/**
 * Examples for the reference, by command. `npm run docs` looks whether their commands and flags exist; those of taskwerk are run
 * by `packages/e2e/src/docs/examples.test.ts`, each on a store of its own.
 * @type {{ readonly taskwerk: Readonly<Record<string, readonly string[]>>, readonly conductor: Readonly<Record<string, readonly string[]>> }}
 */
export const EXAMPLES = {
  taskwerk: {
    add: [
      'taskwerk add "Fix the login" -p high -t api -t web --due fri',
      'taskwerk add "Release" --after TASK-001 --estimate 4h --ac "The tag is pushed"',
      'taskwerk add "Sync" --key jira-12 --if-absent --json',
    ],
    list: [
      "taskwerk list",
      "taskwerk list priority:high.. -tag:wip due:..7d",
      "taskwerk list --tree",
      "taskwerk list -s done --sort -completed --limit 10 --fields id,title,completed_at",
    ],
    show: ["taskwerk show 1", "taskwerk show @last --history"],
    update: [
      "taskwerk update 1 --priority high --tag +api,-wip",
      "taskwerk update --status in-progress --tasks TASK-001,TASK-002",
      "taskwerk update --where 'tag:api is:open' --assignee ann --dry-run",
    ],
    note: ['taskwerk note 1 "Default 4, not 8" --type decision'],
    "dep add": ["taskwerk dep add 2 1"],
    "dep rm": ["taskwerk dep rm 3 1"],
    "dep list": ["taskwerk dep list 3"],
    import: ["taskwerk import tasks.json --dry-run", "taskwerk import tasks.json --key 2027-w09"],
    delete: ["taskwerk delete 2", "taskwerk restore 2"],
    archive: ["taskwerk archive 4"],
    ready: ["taskwerk ready tag:api --limit 5"],
    next: ["taskwerk next --json"],
    search: ['taskwerk search "rate limit" is:open'],
    stats: ["taskwerk stats --by tag"],
    start: ["taskwerk start 1"],
    done: ["taskwerk done 1 --evidence commit=3f9c2d1"],
    block: ['taskwerk block 1 --reason "no registry"'],
    cancel: ["taskwerk cancel 1 --satisfy"],
    claim: ["taskwerk claim --next tag:api --as ci-1 --lease 30m --json", "taskwerk claim 1 --as ann"],
    log: ["taskwerk log", "taskwerk log 1 --since 2d"],
    undo: ["taskwerk undo --dry-run", "taskwerk undo --last 2"],
    "session list": ["taskwerk session list --active"],
    status: ["taskwerk status --json"],
    "events list": ["taskwerk events list --since 0 --limit 20 --json"],
    "db check": ["taskwerk db check"],
    "db backup": ["taskwerk db backup copy.db"],
    "config set": ["taskwerk config set claim.lease 30m", "taskwerk config set api.port 0 --user"],
    "config explain": ["taskwerk config explain claim.lease"],
    completion: ["taskwerk completion bash"],
    schema: ["taskwerk schema", "taskwerk schema task.list"],
  },
  conductor: {
    "plan decompose": ["conductor plan decompose PRD.md --planner outline"],
    "plan import": ["conductor plan import --confirm"],
    "plan review": ["conductor plan review --no-tui", "conductor plan review --edit"],
    "plan trace": ["conductor plan trace R4", "conductor plan trace --unproven"],
    "plan diff": ["conductor plan diff", "conductor plan diff old.yaml new.yaml"],
    "plan update": ["conductor plan update --dry-run", "conductor plan update --confirm"],
    monitor: ["conductor monitor", "conductor monitor run-3"],
    "orchestrate run": ["conductor run --max-tasks 5 --require-tests --budget 5"],
  },
};
