#!/usr/bin/env node
/* The `folkmoot-sim` command: what researchers run. */
import { launch } from './launch.js'

launch('folkmoot-sim', 'sim')
