// The official Voucherify client, unchanged, against the stand-in.
//
// VOUCHERIFY_URL points it at one that runs already; otherwise the program at STAND_IN_BIN, or the
// one cargo built, is started on free ports.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import voucherify from "@voucherify/sdk";

const { VoucherifyServerSide } = voucherify;

let url = process.env.VOUCHERIFY_URL;
let child;
let client;

function findProgram() {
  if (process.env.STAND_IN_BIN) return process.env.STAND_IN_BIN;
  const root = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));
  const candidates = ["release", "debug"].map((profile) => `${root}/${profile}/voucherbridge-stand-in`);
  const found = candidates.find((path) => existsSync(path));
  assert.ok(found, `no stand-in found: build it with cargo, or set STAND_IN_BIN (looked for ${candidates.join(", ")})`);
  return found;
}

/** Starts the stand-in and gives Voucherify's address, which it prints as one line of JSON. */
async function start() {
  const options = ["--bigcommerce-port", "0", "--voucherify-port", "0", "--announce"];
  child = spawn(findProgram(), options, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line).voucherify;
  throw new Error("the stand-in ended before it said its address");
}

const voucher = (id) => ({ object: "voucher", id });
const lock = (key) => ({ type: "LOCK", key, ttl: 2, ttl_unit: "HOURS" });
const isError = (code, key) => (error) => error.code === code && error.key === key;

before(async () => {
  url ??= await start();
  client = VoucherifyServerSide({ applicationId: "demo-app-id", secretKey: "demo-secret-key", apiUrl: url });
});

beforeEach(async () => {
  const answer = await fetch(`${url}/control/reset`, { method: "POST" });
  assert.equal(answer.status, 204);
});

after(() => child?.kill("SIGINT"));

test("a code is validated, locked, redeemed and rolled back", async () => {
  const order = { amount: 10_000, items: [{ source_id: "112", related_object: "product", quantity: 4, price: 2_500 }] };
  const valid = await client.validations.validateStackable({
    redeemables: [voucher("ONCE15")], order, session: lock("checkout-1"),
  });
  assert.equal(valid.valid, true);
  assert.equal(valid.session.key, "checkout-1");
  assert.equal(valid.order.total_discount_amount, 1_500);

  const other = await client.validations.validateStackable({
    redeemables: [voucher("ONCE15")], order, session: lock("checkout-2"),
  });
  assert.equal(other.valid, false);
  assert.equal(other.inapplicable_redeemables[0].result.error.key, "quantity_exceeded");

  const redeemed = await client.redemptions.redeemStackable({
    redeemables: [voucher("ONCE15")],
    order: { ...order, source_id: "100", status: "PAID" },
    customer: { source_id: "11", email: "alice@example.com" },
    session: lock("checkout-1"),
    metadata: { lock: "lock-1" },
  });
  const [redemption] = redeemed.redemptions;
  assert.equal(redemption.result, "SUCCESS");
  assert.equal(redemption.metadata.lock, "lock-1");

  const stored = await client.orders.get("100");
  assert.deepEqual(Object.keys(stored.redemptions), [redemption.id]);
  assert.equal((await client.redemptions.get(redemption.id)).id, redemption.id);
  assert.equal((await client.redemptions.list({ limit: 5, customer: "11" })).total, 1);
  assert.equal((await client.redemptions.getForVoucher("ONCE15")).redeemed_quantity, 1);

  const rollback = await client.redemptions.rollback(redemption.id, { reason: "refund" });
  assert.equal(rollback.object, "redemption_rollback");
  assert.equal((await client.orders.get("100")).status, "CANCELED");
  await assert.rejects(client.redemptions.rollback(redemption.id, "again"), isError(400, "already_rolled_back"));
});

test("several codes are redeemed under a parent and rolled back by it", async () => {
  const redeemed = await client.redemptions.redeemStackable({
    redeemables: [voucher("SAVE10"), voucher("TAKE20")],
    order: { amount: 10_000 },
    options: { expand: ["order", "redeemable"] },
  });
  assert.equal(redeemed.redemptions.length, 2);
  assert.equal(redeemed.order.total_discount_amount, 3_000);
  await assert.rejects(client.redemptions.rollback(redeemed.redemptions[0].id), isError(400, "invalid_rollback"));
  const undone = await client.redemptions.rollbackStackable(redeemed.parent_redemption.id, { reason: "refund" });
  assert.equal(undone.rollbacks.length, 2);
  assert.equal(undone.parent_rollback.redemption, redeemed.parent_redemption.id);
});

test("a gift card is locked, spent, credited and its movements are listed", async () => {
  const redeemables = [{ ...voucher("GIFT50"), gift: { credits: 3_000 } }];
  const body = { redeemables, order: { amount: 8_000, source_id: "200" }, session: lock("cards-1") };
  const valid = await client.validations.validateStackable(body);
  assert.deepEqual(valid.redeemables[0].result.gift, { balance: 5_000, credits: 3_000 });
  const { redemptions: [redemption] } = await client.redemptions.redeemStackable(body);
  assert.equal(redemption.amount, 3_000);
  assert.equal(redemption.voucher.gift.balance, 2_000);
  const balance = await client.vouchers.balance.create("GIFT50", { amount: 500, reason: "partial refund" });
  assert.equal(balance.balance, 2_500);
  await client.redemptions.rollback(redemption.id, { reason: "refund" });
  assert.equal((await client.vouchers.get("GIFT50")).gift.balance, 5_500);
  await assert.rejects(client.vouchers.balance.create("GIFT50", { amount: -5_501 }), isError(400, "gift_amount_exceeded"));
});

test("free items and discounts on items are calculated line by line", async () => {
  const items = [
    { source_id: "211", related_object: "sku", quantity: 1, price: 79_900 },
    { source_id: "213", related_object: "sku", quantity: 1, price: 2_500 },
  ];
  const valid = await client.validations.validateStackable({
    redeemables: [voucher("FREETEE"), voucher("PHONE15"), voucher("FREESHIP")], order: { items },
  });
  const [phone, shirt, shipping] = valid.order.items;
  assert.equal(phone.applied_discount_amount, 11_985);
  assert.deepEqual([shirt.quantity, shirt.initial_quantity, shirt.applied_quantity], [2, 1, 1]);
  assert.equal(shipping.product_id, "prod_5h1pp1ng");
  assert.equal(valid.order.total_amount, 70_415);
  assert.equal(valid.redeemables[1].applicable_to.data[0].source_id, "111");
});

test("points pay, and their ratio is listed with the card's rewards", async () => {
  const { data: [{ reward }] } = await client.loyalties.listMemberRewards("LOYALTY500");
  assert.deepEqual(reward.parameters.coin, { exchange_ratio: 10, points_ratio: 1 });
  const redeemed = await client.redemptions.redeemStackable({
    redeemables: [{ ...voucher("LOYALTY500"), reward: { id: reward.id, points: 50 } }],
    order: { amount: 10_000 }, customer: { source_id: "12" },
  });
  assert.equal(redeemed.order.total_discount_amount, 500);
  assert.equal((await client.vouchers.get("LOYALTY500")).loyalty_card.balance, 450);
});

test("a session is released for one voucher", async () => {
  const body = { redeemables: [voucher("ONCE50")], order: { amount: 20_000 }, session: lock("checkout/1") };
  await client.validations.validateStackable(body);
  await client.vouchers.releaseValidationSession("ONCE50", "checkout/1");
  const other = await client.validations.validateStackable({ ...body, session: lock("checkout-2") });
  assert.equal(other.valid, true);
  await assert.rejects(client.vouchers.releaseValidationSession("ONCE50", "checkout/1"), isError(404, "not_found"));
});

test("vouchers are read, created and listed", async () => {
  const odd = await client.vouchers.get("SPRING/SALE+10%");
  assert.equal(odd.discount.percent_off, 10);
  const created = await client.vouchers.create({
    code: "FRESH", type: "DISCOUNT_VOUCHER", discount: { type: "AMOUNT", amount_off: 700, effect: "APPLY_TO_ORDER" },
  });
  assert.equal(created.code, "FRESH");
  const list = await client.vouchers.list({ limit: 100 });
  assert.ok(list.vouchers.some(({ code }) => code === "FRESH"));
  await assert.rejects(client.vouchers.get("NOPE"), isError(404, "not_found"));
});

test("qualifications list what applies", async () => {
  const found = await client.qualifications.checkEligibility({ order: { amount: 10_000 }, options: { limit: 50 } });
  const codes = found.redeemables.data.map(({ id }) => id);
  assert.ok(codes.includes("SAVE10") && !codes.includes("BIG100"), codes.join());
});

test("customers are created, read, updated and forgotten", async () => {
  const metadata = { bigcommerce_customer_group: { id: 2, name: "STAFF" } };
  const created = await client.customers.create({ source_id: "12", email: "bob@example.com", metadata });
  assert.equal((await client.customers.get("12")).id, created.id);
  const updated = await client.customers.update({ id: created.id, name: "Bob" });
  assert.equal(updated.name, "Bob");
  const staff = await client.validations.validateStackable({
    redeemables: [voucher("STAFF25")], customer: { source_id: "12" }, order: { amount: 10_000 },
  });
  assert.equal(staff.order.total_discount_amount, 2_500);
  const { async_action_id } = await client.customers.updateInBulk([{ source_id: "12", name: "Robert" }]);
  assert.equal((await client.asyncActions.get(async_action_id)).status, "DONE");
  await client.customers.delete("12");
  await assert.rejects(client.customers.get("12"), isError(404, "not_found"));
});

test("orders are created, updated and read; a known source id is used as stored", async () => {
  const order = await client.orders.create({ source_id: "7", amount: 5_000, status: "CREATED" });
  assert.equal((await client.orders.get("7")).id, order.id);
  assert.equal((await client.orders.update({ id: order.id, status: "FULFILLED" })).status, "FULFILLED");
  assert.equal((await client.orders.list({ limit: 5 })).total, 1);
  const valid = await client.validations.validateStackable({
    redeemables: [voucher("SAVE10")], order: { source_id: "7", amount: 99_999 },
  });
  assert.equal(valid.order.amount, 5_000);
});

test("products and SKUs are created and read", async () => {
  const product = await client.products.create({ source_id: "112", name: "T-shirt", price: 2_500 });
  assert.equal((await client.products.get("112")).id, product.id);
  const sku = await client.products.createSku("112", { source_id: "212", sku: "TSHIRT-S", price: 2_500 });
  assert.equal(sku.product_id, product.id);
  const { async_action_id } = await client.products.bulkUpdate([{ source_id: "112", name: "Shirt" }]);
  assert.ok(async_action_id);
});

test("errors and rate limits reach the client", async () => {
  const wrong = VoucherifyServerSide({ applicationId: "demo-app-id", secretKey: "wrong", apiUrl: url });
  await assert.rejects(wrong.vouchers.get("SAVE10"), isError(401, "unauthorized"));
  const body = { redeemables: [voucher("SAVE10")], order: { amount: "100" } };
  await assert.rejects(client.validations.validateStackable(body), (error) =>
    error.key === "invalid_payload" && error.details.includes("order.amount"));
  await client.vouchers.get("SAVE10");
  assert.equal(client.apiLimitsHandler.getRateLimit(), 2_000);
  assert.ok(client.apiLimitsHandler.getRateLimitRemaining() < 2_000);
});
