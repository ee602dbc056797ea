#!/usr/bin/env node
// The demo: installs, builds, starts and connects everything, then waits for Ctrl-C.
// Ports: DEMO_SHOP_PORT, DEMO_VOUCHERIFY_PORT, DEMO_BACKEND_PORT.
import { mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setup } from './setup.mjs';
import { buildModule, buildPrograms, buildShop } from './lib/build.mjs';
import { bold, dim, main, Problem, seconds, step, table } from './lib/console.mjs';
import { demoDir, root } from './lib/paths.mjs';
import { answersOn, stopService } from './lib/services.mjs';
import {
  backendEnv,
  connectStore,
  demoDatabaseEnv,
  startBackend,
  startStandIns,
} from './lib/stack.mjs';

const services = [];

await main(async () => {
  const start = performance.now();
  const ports = {
    shop: port('DEMO_SHOP_PORT', 4010),
    voucherify: port('DEMO_VOUCHERIFY_PORT', 4020),
    backend: port('DEMO_BACKEND_PORT', 4030),
  };
  await freeOf(ports);
  await setup();
  await buildShop();
  await buildModule();
  await buildPrograms();
  const { shop, voucherify, backend } = await step('Starting and connecting', () =>
    startAll(ports),
  );
  console.log(await welcome({ shop, voucherify, backend }));
  console.log(
    dim(
      `Ready after ${seconds(start)}. Logs: ${relative(root, join(demoDir, 'logs'))}. Ctrl-C stops everything.`,
    ),
  );
  return waitForTheEnd();
});

function port(variable, fallback) {
  const wanted = process.env[variable];
  if (wanted === undefined) return { variable, number: fallback };
  const number = Number(wanted);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new Problem(`${variable} is "${wanted}", not a port.`);
  }
  return { variable, number };
}

async function freeOf(ports) {
  for (const { variable, number } of Object.values(ports)) {
    if (!(await answersOn(number))) continue;
    throw new Problem(
      `Port ${number} is taken, perhaps by a demo that still runs. Stop that, or choose another: ${variable}=${number + 1000} npm start`,
    );
  }
}

/** The stand-ins forget everything when they stop, so the database starts empty as well. */
async function startAll(ports) {
  mkdirSync(demoDir, { recursive: true });
  for (const name of ['demo.sqlite', 'demo.sqlite-wal', 'demo.sqlite-shm', 'logs']) {
    rmSync(join(demoDir, name), { recursive: true, force: true });
  }
  const standIns = await startStandIns({
    shopPort: ports.shop.number,
    voucherifyPort: ports.voucherify.number,
    log: join(demoDir, 'logs/stand-ins.log'),
  });
  services.push(standIns.service);
  const env = backendEnv({
    port: ports.backend.number,
    shop: standIns.shop,
    voucherify: standIns.voucherify,
    extra: demoDatabaseEnv(),
  });
  services.push(await startBackend({ env, log: join(demoDir, 'logs/backend.log') }));
  await connectStore(env);
  return {
    shop: standIns.shop,
    voucherify: standIns.voucherify,
    backend: env.VOUCHERBRIDGE_PUBLIC_URL,
  };
}

async function welcome({ shop, voucherify, backend }) {
  const places = [
    ['The shop', shop],
    ["The shop's control panel", `${shop}/control`],
    ["The voucher service's page", `${voucherify}/control`],
    ['The backend', backend],
  ];
  const codes = await codesToTry(voucherify);
  return [
    '',
    ...places.map(([name, url]) => `  ${name.padEnd(28)}${bold(url)}`),
    '',
    bold('  Codes to try'),
    ...table(codes.map(({ code, kind, rule, effect }) => [code, kind, rule ?? '', effect])),
    '',
    '  Customers: alice@example.com (Retail), bob@example.com (STAFF); password demo1234',
    '  How codes behave: npm run settings, and npm run settings -- --help for what to change',
    '',
  ].join('\n');
}

/** The codes as the voucher service describes them, so that this list cannot be wrong. */
async function codesToTry(voucherify) {
  const { vouchers } = await (await fetch(`${voucherify}/control/state`)).json();
  return vouchers.map((voucher) => ({ ...voucher, effect: voucher.additional_info }));
}

/** Resolves to the exit code: 0 after Ctrl-C, 1 when a program ended by itself. */
async function waitForTheEnd() {
  const stop = new Promise((resolve) => {
    // Until now a signal ended us at once; from now on the programs are stopped in order first.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.removeAllListeners(signal);
      process.on(signal, resolve);
    }
  });
  const died = Promise.race(services.map((service) => service.ended.then(() => service)));
  const dead = await Promise.race([stop.then(() => null), died]);
  console.log(dead ? '' : '\nStopping …');
  for (const service of services.toReversed()) await stopService(service);
  if (dead) throw new Problem(dead.failure);
  console.log('Stopped.');
  return 0;
}
