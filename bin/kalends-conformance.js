#!/usr/bin/env node
import '../dist/conformance/run.js'
