// The stand-ins and the backend together: how the demo and the browser tests start and connect them.
import { Problem } from './console.mjs';
import { pagesDir } from './build.mjs';
import { binary, demoDatabase, root } from './paths.mjs';
import { run } from './run.mjs';
import { announced, answers, startService, until } from './services.mjs';

/** The stand-ins' fixed credentials; they open nothing else. */
const DEMO = {
  storeHash: 'demo1store',
  clientId: 'demo-client-id',
  voucherifyAppId: 'demo-app-id',
  secrets: {
    VOUCHERBRIDGE_CONNECT_ACCESS_TOKEN: 'demo-access-token',
    VOUCHERBRIDGE_CONNECT_CLIENT_SECRET: 'demo-client-secret',
    VOUCHERBRIDGE_CONNECT_VOUCHERIFY_SECRET_KEY: 'demo-secret-key',
  },
};

export const storeHash = DEMO.storeHash;

/** Starts both stand-ins; port 0 takes a free one. Resolves to the service and its two addresses. */
export async function startStandIns({ shopPort = 0, voucherifyPort = 0, pages = pagesDir, log }) {
  const args = [
    '--pages',
    pages,
    '--bigcommerce-port',
    shopPort,
    '--voucherify-port',
    voucherifyPort,
    '--announce',
  ];
  const service = startService(
    'The stand-ins',
    binary('voucherbridge-stand-in'),
    args.map(String),
    { log },
  );
  const { bigcommerce, voucherify } = await announced(service);
  return { service, shop: bigcommerce, voucherify };
}

/** The demo's database; the backend makes a master key up and keeps it beside the file. */
export function demoDatabaseEnv() {
  return {
    VOUCHERBRIDGE_DATABASE_URL: `sqlite://${demoDatabase}?mode=rwc`,
    VOUCHERBRIDGE_DEMO: 'true',
    VOUCHERBRIDGE_MASTER_KEY: undefined,
  };
}

/** The backend's configuration, as environment variables. */
export function backendEnv({ port, databaseUrl, masterKey, shop, voucherify, extra = {} }) {
  return {
    VOUCHERBRIDGE_LISTEN: `127.0.0.1:${port}`,
    VOUCHERBRIDGE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    VOUCHERBRIDGE_DATABASE_URL: databaseUrl,
    VOUCHERBRIDGE_MASTER_KEY: masterKey,
    VOUCHERBRIDGE_BIGCOMMERCE_API_URL: shop,
    VOUCHERBRIDGE_VOUCHERIFY_API_URL: voucherify,
    ...extra,
  };
}

/** Starts the backend and waits until its database answers. */
export async function startBackend({ env, log }) {
  const service = startService('The backend', binary('voucherbridge'), ['serve'], { env, log });
  await until(service, () => answers(`${env.VOUCHERBRIDGE_PUBLIC_URL}/readyz`));
  return service;
}

/** Connects the demo store as a merchant does: credentials first, then the checkout's script. */
export async function connectStore(env) {
  await cli(env, 'connect', [
    ...['--store', DEMO.storeHash],
    ...['--client-id', DEMO.clientId],
    ...['--voucherify-app-id', DEMO.voucherifyAppId],
    ...['--currency', 'USD'],
  ]);
  await cli(env, 'install-scripts', ['--store', DEMO.storeHash]);
}

/** The opposite: removes the script, then webhooks, credentials and whatever else was made. */
export async function disconnectStore(env) {
  await cli(env, 'uninstall-scripts', ['--store', DEMO.storeHash]);
  await cli(env, 'disconnect', ['--store', DEMO.storeHash]);
}

/** `voucherbridge settings` of the demo store. */
export async function changeSettings(env, args) {
  await cli(env, 'settings', ['--store', DEMO.storeHash, ...args]);
}

async function cli(env, command, args) {
  const { code, output } = await run(binary('voucherbridge'), [command, ...args], {
    env: { ...process.env, ...env, ...DEMO.secrets },
    cwd: root,
    quiet: true,
  });
  if (code !== 0)
    throw new Problem(`"voucherbridge ${command}" ended with code ${code}:\n${output.trimEnd()}`);
}
