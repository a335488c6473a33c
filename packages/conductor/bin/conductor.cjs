#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const program = `${__dirname}/../dist/conductor.cjs`;
require(existsSync(program) ? program : "../../../bin/conductor"); // a checkout that is not built yet builds itself
