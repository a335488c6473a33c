#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const program = `${__dirname}/../dist/taskwerk.cjs`;
require(existsSync(program) ? program : "../../../bin/taskwerk"); // a checkout that is not built yet builds itself
