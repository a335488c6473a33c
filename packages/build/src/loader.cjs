"use strict";
// Starts the program: compiles the hot bundle with its V8 code cache (which V8 refuses by itself when it was made by
// another Node) and keeps the registry of parts, so that each module of the program exists once, hot or cold.
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");

const parts = new Map();
/** Parts that are in a file together with others. */
const groups = new Map("__GROUPS__".split(" ").map((pair) => pair.split("=")));
let hot;
const cacheSuffix = `.${process.version}-${process.arch}.cache`;

function compile(name) {
  const filename = `${__dirname}/parts/${name}`;
  const source = readFileSync(filename, "utf8");
  if (source.startsWith("/* import() */")) return compileAsFile(filename, source);
  let cachedData;
  try {
    cachedData = readFileSync(filename + cacheSuffix);
  } catch {}
  return new Script(source, { filename, cachedData }).runInThisContext();
}

/** Without a code cache: a script cannot `import()` a name that is made at run time, a module file can. */
function compileAsFile(filename, source) {
  const Module = require("node:module");
  const file = new Module(filename, module);
  file.filename = filename;
  file._compile(`module.exports = ${source}`, filename);
  return file.exports;
}

function run(name) {
  const module = { exports: {} };
  parts.set(name, module);
  try {
    compile(name)(module, module.exports, requirePart, loadPart, importFile, __filename, __dirname, urlOf(__filename));
  } catch (error) {
    parts.delete(name);
    throw error;
  }
  return module;
}

function part(name) {
  const known = parts.get(name);
  if (known !== undefined) return known.exports;
  const group = groups.get(name);
  const inside = group === undefined ? hot[name] : part(group)[name];
  if (inside === undefined) return run(name).exports;
  const module = { exports: inside() };
  parts.set(name, module);
  return module.exports;
}

function requirePart(id) {
  return id.startsWith("./") ? part(id.slice(2)) : require(id);
}
requirePart.resolve = require.resolve;

function loadPart(name) {
  return Promise.resolve().then(() => part(name));
}

function importFile(id) {
  return import(id.startsWith("./") ? urlOf(`${__dirname}/parts/${id.slice(2)}`) : id);
}

/** As `pathToFileURL` does it, without loading what that needs. */
function urlOf(path) {
  return /^[\w/.-]+$/.test(path) ? `file://${path}` : require("node:url").pathToFileURL(path).href;
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node 20.19 or newer is needed; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  hot = run("__HOT__").exports;
  part("__MAIN__");
}
