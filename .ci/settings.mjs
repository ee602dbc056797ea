#!/usr/bin/env node
// `voucherbridge settings` of the demo's store: npm run settings -- --retail-prices true
import { existsSync } from 'node:fs';
import { main, Problem } from './lib/console.mjs';
import { binary, demoDatabase } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { demoDatabaseEnv, storeHash } from './lib/stack.mjs';

await main(async () => {
  if (!existsSync(demoDatabase)) throw new Problem('There is no demo yet: npm start.');
  const args = ['settings', '--store', storeHash, ...process.argv.slice(2)];
  const { code } = await run(binary('voucherbridge'), args, {
    env: { ...process.env, ...demoDatabaseEnv() },
  });
  return code;
});
