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
  if (chosen('--on-difference') === 'flag') await mayChangeOrders();
  const { code } = await run(binary('voucherbridge'), args, {
    env: { ...process.env, ...demoDatabaseEnv(), ...platforms() },
  });
  const sourceId = code === 0 ? chosen('--source-id') : undefined;
  if (sourceId) await nameCustomers(sourceId.replace('-', '_'));
  return code;
});

/** Where the demo's platforms are: some settings are tried there before they are taken. */
function platforms() {
  const at = (port) => `http://127.0.0.1:${port}`;
  return {
    VOUCHERBRIDGE_BIGCOMMERCE_API_URL: at(process.env.DEMO_SHOP_PORT ?? 4010),
    VOUCHERBRIDGE_VOUCHERIFY_API_URL: at(process.env.DEMO_VOUCHERIFY_PORT ?? 4020),
  };
}

/** What an option says: `--name value` or `--name=value`. */
function chosen(name) {
  const args = process.argv.slice(2);
  const found = args.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (found < 0) return undefined;
  return args[found].includes('=') ? args[found].split('=')[1] : args[found + 1];
}

/** A merchant who wants orders flagged has the token allowed to change them. */
async function mayChangeOrders() {
  const port = process.env.DEMO_SHOP_PORT ?? 4010;
  const url = `http://127.0.0.1:${port}/control/scopes`;
  const granted = await fetch(url)
    .then((answer) => answer.json())
    .then((scopes) =>
      fetch(url, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ granted: [...scopes.granted, 'store_v2_orders'] }),
      }),
    )
    .catch((error) => error);
  if (!granted.ok) {
    throw new Problem(
      `The demo's shop at port ${port} (DEMO_SHOP_PORT) did not let its token change orders.`,
    );
  }
}

/** A merchant who calls customers by another name renames their profiles at Voucherify. */
async function nameCustomers(by) {
  const port = process.env.DEMO_VOUCHERIFY_PORT ?? 4020;
  const renamed = await fetch(`http://127.0.0.1:${port}/control/switches`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ customers_by: by }),
  }).catch((error) => error);
  if (!renamed.ok) {
    throw new Problem(
      `The demo's voucher service at port ${port} (DEMO_VOUCHERIFY_PORT) did not rename its customers.`,
    );
  }
}
