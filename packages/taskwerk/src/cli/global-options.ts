import { Option } from "commander";

/** The global options, as commander wants them. */
export const globalOptions = (): readonly Option[] => [
  new Option("--json", "one JSON document on stdout, success or failure"),
  new Option("--format <format>", "table, json, ndjson or tsv"),
  new Option("--fields <a,b>", "only these fields"),
  new Option("-q, --quiet", "ids only, one a line"),
  new Option("--no-color", "no colour"),
  new Option("-C <dir>", "as if started there"),
  new Option("--store <dir>", "the .taskwerk directory itself"),
  new Option("--session <name>", "the session this belongs to (or TASKWERK_SESSION)"),
  new Option("--actor <name>", "who does it (or TASKWERK_ACTOR)"),
  new Option("--idempotency-key <key>", "do it once, however often it is sent"),
  new Option("--yes", "answer yes to what would be asked"),
  new Option("--no-input", "never ask"),
  new Option("--debug", "with the stack of an error"),
  new Option("-h, --help", "this text"),
];
