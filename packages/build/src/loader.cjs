"use strict";
// Starts the program: compiles the hot bundle with its V8 code cache (which V8 refuses by itself when it was made by
// another Node) and keeps the registry of parts, so that each module of the program exists once, hot or cold.
const { readFileSync } = require("node:fs");
const { Script } = require("node:vm");

const parts = new Map();
let hot;
const cacheSuffix = `.${process.version}-${process.arch}.cache`;

function compile(name) {
  const filename = `${__dirname}/parts/${name}`;
  const source = readFileSync(filename, "utf8");
  let cachedData;
  try {
    cachedData = readFileSync(filename + cacheSuffix);
  } catch {}
  return new Script(source, { filename, cachedData }).runInThisContext();
}

function run(name) {
  const module = { exports: {} };
  parts.set(name, module);
  try {
    compile(name)(module, module.exports, requirePart, loadPart, importPart, `file://${encodeURI(__filename)}`);
  } catch (error) {
    parts.delete(name);
    throw error;
  }
  return module;
}

function part(name) {
  const known = parts.get(name);
  if (known !== undefined) return known.exports;
  const inside = hot[name];
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

function importPart(name) {
  return import(require("node:url").pathToFileURL(`${__dirname}/parts/${name}`).href);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`Node 20.19 or newer is needed; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  hot = run("__HOT__").exports;
  part("__MAIN__");
}
