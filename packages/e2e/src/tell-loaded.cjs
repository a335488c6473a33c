"use strict";
// Preloaded (`node --require`): at exit, writes to the file that LOADED names what the program has compiled, and which of
// Node's own modules it has asked for.
const { appendFileSync } = require("node:fs");
const vm = require("node:vm");

const before = new Set(process.moduleLoadList);
const parts = [];
vm.Script = class extends vm.Script {
  constructor(source, options) {
    super(source, options);
    parts.push({
      file: options.filename,
      cached: this.cachedDataRejected === false,
      commander: source.includes("CommanderError"),
    });
  }
};
process.on("exit", () => {
  const modules = process.moduleLoadList.filter((one) => !before.has(one)).map((one) => one.replace(/^\w+ /, ""));
  appendFileSync(process.env.LOADED, JSON.stringify({ parts, modules }));
});
