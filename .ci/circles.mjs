#!/usr/bin/env node
// Shows the circles of imports in a crate: node .ci/circles.mjs backend/src [main.rs]
import { circles, rustArrows } from './lib/imports.mjs';

const [source, root] = process.argv.slice(2);
const arrows = rustArrows(source, root);
for (const group of circles(arrows)) {
  console.log(`\nA circle of ${group.length} files`);
  for (const file of group) {
    console.log(
      `  ${file} → ${[...arrows.get(file)].filter((one) => group.includes(one)).join(', ')}`,
    );
  }
}
