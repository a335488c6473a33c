"use strict";
// Preloaded (`node --require`) while a program is warmed up: remembers every script the loader compiles and, at exit,
// writes its V8 code cache, which then holds each function that ran.
const { renameSync, rmSync, writeFileSync } = require("node:fs");
const vm = require("node:vm");

const seen = new Map();
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    seen.set(options.filename, this);
  }
};

process.on("exit", () => {
  for (const [filename, script] of seen) {
    const path = `${filename}.${process.version}-${process.arch}.cache`;
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, script.createCachedData());
      renameSync(temporary, path);
    } catch {
      rmSync(temporary, { force: true }); // without a cache a program starts a little slower
    }
  }
});
