import type { ConfigSchema, ConfigValue } from "@taskwerk/config/schema";
import { PRESETS } from "../policy/preset.ts";
import { GATE_RECORD } from "./gate-fields.ts";
import { NOTIFY_RECORD } from "./notify-fields.ts";
import { RULE_RECORD } from "./policy-fields.ts";
import { PRICE_RECORD } from "./price-fields.ts";

/** Every key of `.conductor.yml` and of the user's own file. A repository cannot say who pays or how strong the sandbox is. */
export const CONFIG_KEYS = {
  "orchestration.agent": {
    type: "string",
    describe: "The agent that works when none is named: claude, claude-cli or command.",
    userOnly: true,
  },
  "orchestration.agents.claude.model": {
    type: "string",
    default: "claude-sonnet-5-5",
    describe: "The model that claude uses.",
    userOnly: true,
  },
  "orchestration.agents.claude.max_tokens": {
    type: "integer",
    least: 256,
    most: 128_000,
    default: 16_000,
    describe: "The longest answer, in tokens.",
  },
  "orchestration.agents.claude.temperature": {
    type: "number",
    least: 0,
    most: 1,
    describe: "Accepted and not sent: the API no longer takes it.",
  },
  "orchestration.agents.claude.base_url": { type: "url", describe: "Where the Messages API is.", userOnly: true },
  "orchestration.agents.claude.via": {
    type: "string",
    oneOf: ["api", "cli"],
    describe:
      "Who pays when claude is named: api, a key, or cli, the login of Claude Code's command line. Not set: the one that is there; where both are, you are asked, once.",
    userOnly: true,
  },
  "orchestration.agents.claude.path": {
    type: "string",
    describe: "Where Claude Code's program is, when it is not on PATH as claude.",
    userOnly: true,
  },
  "orchestration.agents.claude.concurrency": {
    type: "integer",
    least: 1,
    most: 64,
    describe: "How many agents of this account work at once; orchestration.concurrency holds too.",
    userOnly: true,
  },
  "orchestration.agents.claude.capabilities": {
    type: "strings",
    describe:
      "What this agent can: it is given no task that asks for more. Where nothing is said, it is given every task.",
    userOnly: true,
  },
  "orchestration.agents.command.argv": {
    type: "strings",
    describe: "The command line of the agent named command.",
    userOnly: true,
  },
  "orchestration.agents.command.binds": {
    type: "strings",
    describe: "Paths that this agent may read, besides the system's.",
    userOnly: true,
  },
  "orchestration.agents.command.paid_by": {
    type: "string",
    describe: "Who pays for this agent, in words.",
    userOnly: true,
  },
  "orchestration.agents.command.env": {
    type: "strings",
    describe: "Names of environment variables that this agent is given.",
    userOnly: true,
  },
  "orchestration.agents.command.hosts": {
    type: "strings",
    describe: "The hosts that this agent may reach: api.example.com, or 127.0.0.1:8080 with its port.",
    userOnly: true,
  },
  "orchestration.agents.command.network": {
    type: "boolean",
    default: false,
    describe: "This agent may use the network, all of it.",
    userOnly: true,
  },
  "orchestration.agents.command.reports_usage": {
    type: "boolean",
    default: false,
    describe: "This agent says what it uses, so that a budget can hold it.",
    userOnly: true,
  },
  "orchestration.agents.command.concurrency": {
    type: "integer",
    least: 1,
    most: 64,
    describe: "How many of this agent work at once; orchestration.concurrency holds too.",
    userOnly: true,
  },
  "orchestration.agents.command.capabilities": {
    type: "strings",
    describe:
      "What this agent can: it is given no task that asks for more. Where nothing is said, it is given every task.",
    userOnly: true,
  },
  "orchestration.concurrency": {
    type: "integer",
    least: 1,
    most: 64,
    default: 2,
    describe: "How many agents work at once.",
  },
  "orchestration.capabilities": {
    type: "counts",
    least: 1,
    most: 64,
    describe:
      "How many tasks that ask for a capability are worked on at once, e.g. {gpu: 1}; others as many as there are agents.",
  },
  "orchestration.review_limit": {
    type: "integer",
    least: 1,
    most: 1_000,
    describe: "While so many tasks wait for somebody's approval, no other is begun.",
  },
  "orchestration.ports.from": {
    type: "integer",
    least: 1_024,
    most: 65_000,
    default: 20_000,
    describe: "From which port on agents and gates are given ports of their own, as PORT and CONDUCTOR_PORTS.",
    userOnly: true,
  },
  "orchestration.ports.each": {
    type: "integer",
    least: 1,
    most: 500,
    default: 10,
    describe: "How many ports each agent, with the gates of its work, is given.",
    userOnly: true,
  },
  "orchestration.workflow.require_tests": {
    type: "boolean",
    default: false,
    describe: "At least one test must run before anything lands.",
  },
  "orchestration.workflow.min_coverage": {
    type: "number",
    least: 0,
    most: 100,
    describe: "The least percentage of lines that tests cover.",
  },
  "orchestration.workflow.min_changed_coverage": {
    type: "number",
    least: 0,
    most: 100,
    default: 80,
    describe: "The least percentage of the lines a change adds that tests cover, where coverage is measured.",
  },
  "orchestration.workflow.auto_commit": {
    type: "boolean",
    default: true,
    describe: "What an agent leaves uncommitted is committed before the gates.",
  },
  "orchestration.workflow.branch_pattern": {
    type: "string",
    default: "feature/{task_id}-{task_slug}",
    describe: "The name of a task's branch; {task_id} and {task_slug} are filled in.",
  },
  "orchestration.safety.max_consecutive_failures": {
    type: "integer",
    least: 1,
    most: 100,
    default: 3,
    describe: "Tasks that fail in a row before nothing more starts.",
  },
  "orchestration.safety.max_task_duration": {
    type: "duration",
    default: "30m",
    describe: "How long an agent may work on a task.",
  },
  "orchestration.safety.max_limit_wait": {
    type: "duration",
    default: "12h",
    describe: "How long a run waits for a provider whose limit is reached before it ends, to be resumed.",
  },
  "orchestration.safety.require_approval_for": {
    type: "strings",
    default: ["database_migrations", "security_files", "config_changes"],
    describe: "Kinds of changes that a person must approve.",
  },
  "orchestration.safety.max_attempts": {
    type: "integer",
    least: 1,
    most: 20,
    default: 3,
    describe: "How often a task goes back to the agent.",
  },
  prices: {
    type: "records",
    describe: "What models cost, in US dollars for a million tokens, beside those that are known or in their place.",
    record: PRICE_RECORD,
    userOnly: true,
  },
  "commits.author": {
    type: "person",
    describe: "Whose commits land, as Name <address>; default: yours, as your git is set up.",
    userOnly: true,
  },
  "commits.co_author": {
    type: "person",
    describe: "Named in every commit that lands, as Name <address>.",
  },
  "commits.sign": {
    type: "string",
    oneOf: ["inherit", "never"],
    default: "inherit",
    describe: "inherit: commits that land are signed where you sign every commit of yours (commit.gpgsign).",
    userOnly: true,
  },
  "limits.memory": {
    type: "size",
    describe: "Memory that one agent, or one gate, may hold with all it starts (half of the machine's).",
    userOnly: true,
  },
  "limits.processes": {
    type: "integer",
    least: 10,
    most: 100_000,
    default: 1_000,
    describe: "Processes that one agent, or one gate, may have at once.",
    userOnly: true,
  },
  "limits.disk": {
    type: "size",
    default: "10g",
    describe: "What one agent, or one gate, may write to the disk.",
    userOnly: true,
  },
  "limits.output": {
    type: "size",
    default: "50m",
    describe: "What an agent may print in one conversation.",
    userOnly: true,
  },
  "workspace.share_objects": {
    type: "string",
    oneOf: ["auto", "always", "never"],
    default: "auto",
    describe:
      "Clones read your repository's objects, read-only, instead of copying them: auto, from workspace.share_from on; never without the sandbox. An agent can then read every commit there, on any branch.",
    userOnly: true,
  },
  "workspace.share_from": {
    type: "size",
    default: "100m",
    describe: "How large all objects of a repository are from which on its clones share them.",
    userOnly: true,
  },
  "setup.run": {
    type: "string",
    describe: 'What makes a fresh clone ready, as a shell command, e.g. "npm ci"; run once for each set of lockfiles.',
  },
  "setup.network": {
    type: "boolean",
    default: false,
    describe: "The setup may use the network, all of it.",
    userOnly: true,
  },
  "setup.env": {
    type: "strings",
    describe: "Names of environment variables that the setup is given, e.g. a registry's token. Agents never see them.",
    userOnly: true,
  },
  "setup.include": {
    type: "strings",
    describe: "Ignored files, such as .env, that go into clones and checkouts where .worktreeinclude names them too.",
    userOnly: true,
  },
  "setup.timeout": { type: "duration", default: "15m", describe: "How long the setup may take." },
  gates: {
    type: "records",
    describe:
      "Gates beside those that are found, or in their place; those of a repository as its base commit has them.",
    record: GATE_RECORD,
  },
  gates_detect: { type: "boolean", default: true, describe: "Gates are looked for in scripts and manifests too." },
  "gates.concurrency": {
    type: "integer",
    least: 1,
    most: 16,
    default: 1,
    describe: "How many trees are judged at once.",
  },
  "gates.timeout": { type: "duration", default: "10m", describe: "How long one gate may take." },
  notify: {
    type: "records",
    describe: "Where you are told that something waits for you, and that a run has ended or does not go on.",
    record: NOTIFY_RECORD,
    userOnly: true,
  },
  "loops.same_result": {
    type: "integer",
    least: 2,
    most: 100,
    default: 4,
    describe: "So often the same action with the same result is a loop.",
  },
  "loops.same_error": {
    type: "integer",
    least: 2,
    most: 100,
    default: 3,
    describe: "So often the same action with the same error is a loop.",
  },
  "loops.poll_times": {
    type: "integer",
    least: 2,
    most: 1000,
    default: 10,
    describe:
      "So often an action that waits for something (sleep, curl, tail, ...) is a loop, and only after loops.poll_for.",
  },
  "loops.poll_for": {
    type: "duration",
    default: "2m",
    describe: "So long an action that waits for something may bring the same result.",
  },
  "loops.cycle_length": {
    type: "integer",
    least: 2,
    most: 20,
    default: 5,
    describe: "Up to so many actions in turn are seen as a cycle.",
  },
  "loops.cycle_times": {
    type: "integer",
    least: 2,
    most: 100,
    default: 3,
    describe: "So often the same actions in turn are a loop.",
  },
  "loops.talk_turns": {
    type: "integer",
    least: 2,
    most: 100,
    default: 3,
    describe: "So many turns without a tool, a question or an end are a loop.",
  },
  "loops.tree_returns": {
    type: "integer",
    least: 1,
    most: 100,
    default: 2,
    describe: "So often all files may be again as they were at one moment, without anything new in between.",
  },
  "loops.silent": {
    type: "duration",
    default: "5m",
    describe: "So long an agent may be silent while nothing that it started runs.",
  },
  "loops.tool_time": {
    type: "duration",
    default: "10m",
    describe: "So long what an agent has started counts as work, although nothing is heard.",
  },
  "loops.turn_tokens": {
    type: "number",
    least: 1,
    most: 1_000,
    default: 3,
    describe: "A turn may take so many times the tokens of a usual one.",
  },
  "loops.turn_tokens_least": {
    type: "integer",
    least: 0,
    most: 100_000_000,
    default: 50_000,
    describe: "Turns with fewer tokens than this are never too large.",
  },
  "loops.context_tokens": {
    type: "integer",
    least: 1_000,
    most: 100_000_000,
    default: 1_000_000,
    describe: "What the model can hold, in tokens.",
  },
  "loops.context_percent": {
    type: "integer",
    least: 10,
    most: 100,
    default: 90,
    describe: "From so many percent of loops.context_tokens on an agent begins anew.",
  },
  "loops.same_gates": {
    type: "integer",
    least: 2,
    most: 100,
    default: 3,
    describe: "So many rounds of gates with the same failures are a loop.",
  },
  "loops.failing_rounds": {
    type: "integer",
    least: 2,
    most: 100,
    default: 4,
    describe: "So many rounds of gates in which no fewer tests fail are a loop.",
  },
  "loops.unchanged": {
    type: "integer",
    least: 1,
    most: 100,
    default: 2,
    describe: "So often a task may go on without a change of any file.",
  },
  "loops.dispatches": {
    type: "integer",
    least: 2,
    most: 100,
    default: 3,
    describe: "So often a task is given out, where none of them leaves anything new, before a person is asked.",
  },
  "loops.other_agent": {
    type: "string",
    describe: "The agent that takes over a task on which its own goes in circles: claude, claude-cli or command.",
    userOnly: true,
  },
  "loops.other_model": {
    type: "string",
    describe: "The model with which claude takes over such a task, where loops.other_agent names no other.",
    userOnly: true,
  },
  "loops.split_planner": {
    type: "string",
    oneOf: ["none", "outline", "claude", "claude-api", "claude-cli"],
    default: "outline",
    describe: "The planner that proposes how such a task could be split; nothing is split before a person does it.",
    userOnly: true,
  },
  "policy.preset": {
    type: "string",
    oneOf: PRESETS,
    default: "standard",
    describe:
      "ask: everything waits for your yes before it lands. standard: what is delicate does. ci: nobody is there, so what would ask is refused.",
    userOnly: true,
  },
  "policy.max_diff_lines": {
    type: "integer",
    least: 1,
    default: 5_000,
    describe: "A change of more lines asks.",
    userOnly: true,
  },
  "policy.rules": {
    type: "records",
    describe: "Rules of your own about what is allowed, asks or is denied. See docs/policy.md.",
    record: RULE_RECORD,
    userOnly: true,
  },
  "budget.task_usd": {
    type: "number",
    least: 0,
    describe: "What one task may cost, in all its tries and runs.",
    userOnly: true,
  },
  "budget.task_tokens": {
    type: "integer",
    least: 1,
    most: 1_000_000_000_000,
    describe: "The same in tokens of all kinds: what bounds a model whose price is not known.",
    userOnly: true,
  },
  "budget.plan_usd": {
    type: "number",
    least: 0,
    describe: "What all tasks of one plan may cost, in all runs.",
    userOnly: true,
  },
  "budget.plan_tokens": {
    type: "integer",
    least: 1,
    most: 1_000_000_000_000,
    describe: "The same in tokens of all kinds: what bounds a model whose price is not known.",
    userOnly: true,
  },
  "budget.session_usd": { type: "number", least: 0, describe: "What one run may cost.", userOnly: true },
  "budget.session_tokens": {
    type: "integer",
    least: 1,
    most: 1_000_000_000_000,
    describe: "The same in tokens of all kinds: what bounds a model whose price is not known.",
    userOnly: true,
  },
  "budget.day_usd": {
    type: "number",
    least: 0,
    describe: "What all runs of one day may cost here, by the clock of this machine.",
    userOnly: true,
  },
  "budget.day_tokens": {
    type: "integer",
    least: 1,
    most: 1_000_000_000_000,
    describe: "The same in tokens of all kinds: what bounds a model whose price is not known.",
    userOnly: true,
  },
  "budget.warn_percent": {
    type: "integer",
    least: 1,
    most: 100,
    default: 80,
    describe: "The part of a budget from which on you are warned, once.",
    userOnly: true,
  },
  "decisions.assume": {
    type: "string",
    oneOf: ["never", "reversible"],
    default: "never",
    describe:
      "Questions that an agent goes on from with its own default, marked as assumed: never, or reversible ones.",
    userOnly: true,
  },
  "retention.transcripts": {
    type: "duration",
    default: "30d",
    describe: "How long what agents said is kept after its run has ended.",
    userOnly: true,
  },
  "retention.logs": {
    type: "duration",
    default: "90d",
    describe: "How long the output of gates is kept after its run has ended; receipts stay for good.",
    userOnly: true,
  },
  "retention.caches": {
    type: "duration",
    default: "30d",
    describe: "How long what a setup made, and what a planner answered, is kept after it was used last.",
    userOnly: true,
  },
  "decisions.deadline": {
    type: "duration",
    default: "24h",
    describe: "How long a question or an approval waits for an answer.",
    userOnly: true,
  },
  "decisions.on_expiry.approvals": {
    type: "string",
    oneOf: ["park", "deny"],
    default: "park",
    describe:
      "An approval that nobody answers in time: its task stays parked, or it counts as no. Nothing approves itself.",
    userOnly: true,
  },
  "decisions.on_expiry.questions": {
    type: "string",
    oneOf: ["park", "safe-default"],
    default: "park",
    describe:
      "A question that nobody answers in time: its task stays parked, or, where it can be changed later and names a default, that is taken and marked as assumed.",
    userOnly: true,
  },
} as const satisfies ConfigSchema;

/** What counts for a key where nobody has set it; undefined where nothing does. */
export const defaultOf = (key: string): ConfigValue | undefined => (CONFIG_KEYS as ConfigSchema)[key]?.default;

/** Environment variables that set a key. */
export const CONFIG_VARIABLES: Readonly<Record<string, keyof typeof CONFIG_KEYS>> = {
  ANTHROPIC_BASE_URL: "orchestration.agents.claude.base_url",
  ANTHROPIC_MODEL: "orchestration.agents.claude.model",
  CONDUCTOR_AGENT: "orchestration.agent",
};

/** The founding documents write `workflow:` and `safety:` also at the top; what is under `gates:` has to go elsewhere beside a list. */
export const KEY_ALIASES: Readonly<Record<string, keyof typeof CONFIG_KEYS>> = {
  ...Object.fromEntries(
    Object.keys(CONFIG_KEYS)
      .filter((key) => /^orchestration\.(workflow|safety)\./.test(key))
      .map((key) => [key.slice("orchestration.".length), key as keyof typeof CONFIG_KEYS]),
  ),
  gates_concurrency: "gates.concurrency",
  gates_timeout: "gates.timeout",
};
