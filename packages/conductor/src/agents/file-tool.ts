/**
 * The program that reads, edits and searches files for the model. It runs inside the confinement (the tree may hold symlinks that
 * lead anywhere), takes one request as JSON on stdin and prints `{"ok", "text"}`.
 */
export const FILE_TOOL = String.raw`
const fs = require("node:fs");
const path = require("node:path");
const MAX_FILE = 10 * 1024 * 1024, MAX_TEXT = 60000, MAX_HITS = 300;
const fail = (text) => { throw new Error(text); };
const root = fs.realpathSync(".");
const inside = (real) => real === root || real.startsWith(root + path.sep);
const existing = (at) => { for (;;) { try { fs.lstatSync(at); return at; } catch { const up = path.dirname(at); if (up === at) return at; at = up; } } };

function locate(given, writing) {
  const full = path.resolve(root, given);
  if (!inside(full)) fail(given + " is outside the workspace");
  let real;
  try { real = fs.realpathSync(existing(full)); } catch { fail(given + " is a symlink that leads nowhere"); }
  if (!inside(real)) fail(given + " leads outside the workspace");
  const names = path.relative(root, full).split(path.sep).concat(path.relative(root, real).split(path.sep));
  if (writing && names.some((name) => name.toLowerCase() === ".git")) fail("git's own files are not edited; use git through bash");
  const stat = fs.lstatSync(full, { throwIfNoEntry: false });
  if (writing && stat && stat.isSymbolicLink()) fail(given + " is a symlink; edit what it points to");
  return full;
}
function load(given, writing) {
  const full = locate(given, writing);
  const stat = fs.statSync(full, { throwIfNoEntry: false });
  if (!stat) fail(given + " does not exist");
  if (stat.isDirectory()) return { full, entries: fs.readdirSync(full, { withFileTypes: true }).map((e) => e.name + (e.isDirectory() ? "/" : "")).sort() };
  if (!stat.isFile()) fail(given + " is no regular file");
  if (stat.size > MAX_FILE) fail(given + " is larger than 10 MB");
  const bytes = fs.readFileSync(full);
  if (bytes.subarray(0, 8000).includes(0)) fail(given + " is a binary file");
  return { full, text: bytes.toString("utf8") };
}
function save(full, text) {
  fs.mkdirSync(path.dirname(full), { recursive: true });
  const fd = fs.openSync(full, fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC | (fs.constants.O_NOFOLLOW || 0), 0o644);
  try { fs.writeFileSync(fd, text); } finally { fs.closeSync(fd); }
}
const tools = {
  read({ path: given, from_line = 1, lines = 1000 }) {
    const { text, entries } = load(given, false);
    if (entries) return entries.join("\n") || "(empty directory)";
    const all = text.split("\n");
    if (all.at(-1) === "") all.pop();
    const part = all.slice(from_line - 1, from_line - 1 + lines).map((line, i) => String(from_line + i).padStart(6) + "\t" + line.slice(0, 2000));
    const more = all.length - (from_line - 1 + part.length);
    return part.join("\n") + (more > 0 ? "\n(" + more + " more lines)" : "") || "(empty file)";
  },
  edit({ command, path: given, file_text, old_str, new_str, insert_line }) {
    if (command === "create") {
      if (file_text === undefined) fail("create needs file_text");
      const full = locate(given, true);
      const stat = fs.lstatSync(full, { throwIfNoEntry: false });
      if (stat && !stat.isFile()) fail(given + " is no regular file");
      save(full, file_text);
      return (stat ? "Replaced " : "Created ") + given + ".";
    }
    if (new_str === undefined) fail(command + " needs new_str");
    const { full, text, entries } = load(given, true);
    if (entries) fail(given + " is a directory");
    if (command === "insert") {
      if (insert_line === undefined) fail("insert needs insert_line");
      const all = text.split("\n");
      if (insert_line > all.length) fail(given + " has only " + all.length + " lines");
      all.splice(insert_line, 0, ...new_str.replace(/\n$/, "").split("\n"));
      save(full, all.join("\n"));
      return "Inserted into " + given + ".";
    }
    if (!old_str) fail("str_replace needs old_str");
    const count = text.split(old_str).length - 1;
    if (count !== 1) fail("old_str occurs " + count + " times in " + given + "; it must occur exactly once");
    const at = text.indexOf(old_str);
    save(full, text.slice(0, at) + new_str + text.slice(at + old_str.length));
    return "Edited " + given + ".";
  },
  search({ pattern, path: given = ".", literal = false, names_only = false }) {
    let test;
    if (literal) test = (line) => line.includes(pattern);
    else { const regex = new RegExp(pattern); test = (line) => regex.test(line); }
    const hits = [];
    let cut = false;
    const visit = (full) => {
      const stat = fs.lstatSync(full, { throwIfNoEntry: false });
      if (!stat || stat.isSymbolicLink()) return;
      const name = path.relative(root, full) || ".";
      if (stat.isDirectory()) {
        for (const entry of fs.readdirSync(full).sort()) {
          if (cut) return;
          if (entry !== ".git" && entry !== "node_modules") visit(path.join(full, entry));
        }
        return;
      }
      if (!stat.isFile()) return;
      if (names_only) { if (test(name)) hits.push(name); }
      else if (stat.size <= MAX_FILE) {
        const bytes = fs.readFileSync(full);
        if (bytes.subarray(0, 8000).includes(0)) return;
        const all = bytes.toString("utf8").split("\n");
        for (let i = 0; i < all.length && hits.length < MAX_HITS; i++) if (test(all[i].slice(0, 5000))) hits.push(name + ":" + (i + 1) + ": " + all[i].slice(0, 300));
      }
      cut = hits.length >= MAX_HITS;
    };
    visit(locate(given, false));
    return (hits.join("\n") || "nothing found") + (cut ? "\n(cut at " + MAX_HITS + " hits)" : "");
  },
};
let answer;
try {
  const { name, input } = JSON.parse(fs.readFileSync(0, "utf8"));
  const text = tools[name](input);
  answer = { ok: true, text: text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + "\n(cut)" : text };
} catch (error) { answer = { ok: false, text: String(error.message).slice(0, 2000) }; }
process.stdout.write(JSON.stringify(answer));
`;
