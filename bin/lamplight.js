#!/usr/bin/env node
// The command "lamplight". In a checkout it first builds what is newer than the last build; published packages carry dist/.
import { existsSync } from 'node:fs';

if (existsSync(new URL('../build/build.js', import.meta.url))) await import('../build/build.js');
await import('../dist/program/main.js');
