import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type TestInfo } from '@playwright/test';
import { stopService, type Service } from '../../../.ci/lib/services.mjs';
import {
  changeSettings,
  connectStore,
  disconnectStore,
  startStandIns,
} from '../../../.ci/lib/stack.mjs';
import { Backend } from './backend';
import { BigCommerce, type OrderEvent } from './bigcommerce';
import { Voucherify } from './voucherify';

/** A store with its voucher service and its backend, all of one worker. */
export class Store {
  private connected = false;
  /** Whether it behaves otherwise than the others' tests expect. */
  private changed = false;

  private constructor(
    private readonly folder: string,
    private readonly standIns: Service,
    readonly bigcommerce: BigCommerce,
    readonly voucherify: Voucherify,
    readonly backend: Backend,
  ) {}

  static async start(worker: number): Promise<Store> {
    const folder = await mkdtemp(join(tmpdir(), `voucherbridge-e2e-${worker}-`));
    const { service, shop, voucherify } = await startStandIns({
      log: join(folder, 'stand-ins.log'),
    });
    const backend = await Backend.prepare(folder, shop, voucherify);
    return new Store(folder, service, new BigCommerce(shop), new Voucherify(voucherify), backend);
  }

  get shopUrl(): string {
    return this.bigcommerce.url;
  }

  /** Starts the backend and connects the store, or makes sure that both are still so. */
  async connect(): Promise<void> {
    if (this.changed) await this.forget();
    await this.backend.start();
    if (this.connected) return;
    await connectStore(this.backend.env);
    this.connected = true;
  }

  /** Connected, with other settings: `voucherbridge settings`. The next `connect` has the first ones. */
  async connectWith(...settings: string[]): Promise<void> {
    await this.connect();
    this.changed = true;
    await changeSettings(this.backend.env, settings);
    await this.readSettings();
  }

  /** Connected while a checkout takes this many coupons. */
  async connectAllowing(coupons: number): Promise<void> {
    await this.bigcommerce.switches({ coupons_allowed_at_checkout: coupons });
    if (this.connected) await this.forget();
    await this.connect();
    this.changed = true;
  }

  /** The settings go with the connection. */
  private async forget(): Promise<void> {
    await this.disconnect();
    this.changed = false;
    await this.readSettings();
  }

  /** A running server would take seconds to notice. */
  private async readSettings(): Promise<void> {
    await this.backend.stop();
    await this.backend.start();
  }

  /** Takes us out of the store again; a store that never was connected is left alone. */
  async disconnect(): Promise<void> {
    if (!this.connected) return;
    await this.backend.start();
    await disconnectStore(this.backend.env);
    this.connected = false;
  }

  /** The demo data again, before every test. */
  async reset(): Promise<void> {
    this.backend.line.calm();
    await this.bigcommerce.reset();
    await this.voucherify.reset();
  }

  /** Asks `check` until it says true; its last failure is the test's. */
  async until(check: () => Promise<boolean>, timeout = 15_000): Promise<void> {
    await expect.poll(check, { timeout, intervals: [50, 100, 200] }).toBe(true);
  }

  /** Resolves when the backend has read an order: in a call after the one with this number. */
  async orderRead(number: number, since = 0): Promise<void> {
    const path = `/v2/orders/${number}/coupons`;
    await this.until(async () => (await this.bigcommerce.calls(path, since)).length > 0);
  }

  /** Marks an order, and resolves when the backend has read what became of it. */
  async mark(number: number, event: OrderEvent): Promise<void> {
    const since = (await this.bigcommerce.calls()).at(-1)?.seq;
    await this.bigcommerce.order(number, event);
    await this.orderRead(number, since);
  }

  /** Adds what the programs wrote to a failed test's report. */
  async attachLogs(info: TestInfo): Promise<void> {
    for (const path of [this.standIns.log, this.backend.log]) {
      if (existsSync(path))
        await info.attach(path.split('/').at(-1)!, { path, contentType: 'text/plain' });
    }
  }

  async stop(): Promise<void> {
    await this.backend.stop();
    await stopService(this.standIns);
    await rm(this.folder, { recursive: true, force: true });
  }
}
