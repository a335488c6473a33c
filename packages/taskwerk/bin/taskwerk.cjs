#!/usr/bin/env node
"use strict";
require("../dist/taskwerk.cjs");
