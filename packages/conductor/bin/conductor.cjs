#!/usr/bin/env node
"use strict";
require("../dist/conductor.cjs");
