#!/usr/bin/env node
/* The `folkmoot` command: what an organisation runs. */
import { launch } from './launch.js'

launch('folkmoot', 'node')
