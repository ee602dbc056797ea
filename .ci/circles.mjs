#!/usr/bin/env node
// Shows the circles of imports in a crate: node .ci/circles.mjs backend/src [main.rs]
import { circlesAsText, rustArrows } from './lib/imports.mjs';

const [source, root] = process.argv.slice(2);
console.log(circlesAsText(rustArrows(source, root)).join('\n') || 'There are none.');
