import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { checkFiles, findFiles } from "./checker.mjs";
import { EXIT } from "./exit-codes.mjs";
import { loadAll, optionsOf } from "./plugins.mjs";
import { requester } from "./requester.mjs";

/** The whole program: arguments in, exit code out. `tools` stands in for the web and the clock. */
export async function main(argv, { cwd, out, err, tools = {} }) {
  const plugins = await loadAll();
  const options = {
    format: { type: "string", default: "lines", help: `one of ${plugins.reports.map(({ name }) => name).join(", ")}` },
    help: { type: "boolean", help: "this text" },
    version: { type: "boolean", help: "the version" },
    ...optionsOf(plugins),
  };
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    return misused(err, error.message);
  }
  const { values, positionals } = parsed;
  if (values.version) return told(out, await version());
  if (values.help) return told(out, helpOf(options));
  const report = plugins.reports.find(({ name }) => name === values.format);
  if (report === undefined) return misused(err, `there is no report "${values.format}"`);
  if (positionals.length === 0) return misused(err, "which files?");

  const web = requester(plugins.requests, values, { cwd, ...tools });
  try {
    const files = await findFiles(positionals, plugins.formats, cwd);
    const results = await checkFiles(files, plugins, { cwd, requester: web });
    out(report.render(results));
    return results.some(({ problem }) => problem !== null) ? EXIT.broken : EXIT.ok;
  } catch (error) {
    return misused(err, error.message);
  } finally {
    await web.close();
  }
}

function told(out, text) {
  out(`${text}\n`);
  return EXIT.ok;
}

function misused(err, message) {
  err(`linkcheck: ${message}\nlinkcheck --help lists the options.\n`);
  return EXIT.usage;
}

function helpOf(options) {
  const width = Math.max(...Object.keys(options).map((name) => name.length));
  const lines = Object.entries(options).map(([name, { help, default: standard }]) => {
    const value = standard === undefined ? "" : ` (${standard})`;
    return `  --${name.padEnd(width)}  ${help}${value}`;
  });
  return ["linkcheck [options] FILE|FOLDER...", "", ...lines].join("\n");
}

async function version() {
  try {
    return JSON.parse(await readFile(new URL("../package.json", import.meta.url), "utf8")).version;
  } catch {
    return "unknown";
  }
}
