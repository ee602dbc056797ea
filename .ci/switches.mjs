#!/usr/bin/env node
// The flows' tests with the other position of every switch of the stand-ins, one after the other.
//   npm run test:switches             every position
//   npm run test:switches -- tax      only positions whose JSON contains the text
import { bold, dim, green, main, Problem, red, seconds, table } from './lib/console.mjs';
import { count } from './lib/counts.mjs';
import { toolEnv } from './lib/paths.mjs';
import { must, run } from './lib/run.mjs';

const FLOWS = ['test', '--quiet', '-p', 'voucherbridge', '--test', 'flows'];

/** What the platforms do not document, the other way round than the stand-ins do it by default. */
const POSITIONS = {
  bigcommerce: [
    { promotions_evaluated_on_read: false },
    { deleting_promotion_removes_it_from_carts: false },
    { promotion_accepts_inline_code: true },
    { promotions_with_codes_stay: true },
    { stored_override_stops_combining: true },
    { orders_show_currency: 'EUR' },
    { refund_restores_certificate_balance: true },
    { unusable_certificate_leaves_checkout: false },
    { declined_payment_marks_order_declined: true },
    { unfinished_order_shows_on_checkout: false },
    { minimum_spend_after_discounts: true },
    { minimum_spend_tax: 'included', tax_percent: 10 },
    { minimum_spend_tax: 'excluded', tax_percent: 10, prices_include_tax: true },
    { only_first_rule_applies: true },
    { cart_value_spread_equally: true },
    { line_discount_amount: 'on_items' },
    { line_discount_amount: 'with_coupons' },
    { unfinished_orders_count_as_uses: true },
    { coupons_only_in_default_currency: true },
    { promotions_apply_to_custom_prices: true },
    { order_coupons_hidden_reads: 1 },
    { order_transactions_hidden_reads: 1 },
    { order_lines_name_coupons: false },
    { order_placed_by_hand_keeps_cart: true },
    { archived_orders_are_listed: true },
    { coupons_allowed_at_checkout: 3 },
    { webhook_mode: 'duplicate' },
    { webhooks_tell_created_at: false },
    { tax_percent: 10, prices_include_tax: true, tax_zone: 'outside' },
    { tax_percent: 10, prices_include_tax: true, tax_zone: 'outside_amounts_too' },
  ],
  voucherify: [
    { codes_case_sensitive: false },
    { answers_own_spelling: true },
    { failed_validation_releases_session: true },
    { customers_by: 'email' },
    { redemption_keeps_order_status: false },
    { every_rollback_cancels_order: true },
    { stored_prices_count: false },
    { answers_like_examples: true },
    { surplus_credits_count: true },
    { sessions_hold_points: false },
  ],
};

/** Where nothing is switched, the story of `coupons/unknowns.rs` switches everything, each with each entry. */
const LONG_STORY = { '{}': { VOUCHERBRIDGE_TEST_EVERY_SWITCH: '1' } };

await main(async () => {
  const [wanted = ''] = process.argv.slice(2);
  const switched = Object.entries(POSITIONS).flatMap(([service, switches]) =>
    switches.map((one) => JSON.stringify({ [service]: one })),
  );
  const positions = ['{}', ...switched].filter((position) => position.includes(wanted));
  if (positions.length === 0) throw new Problem(`No position contains "${wanted}".`);
  await must('cargo', [...FLOWS, '--no-run']);
  const results = [];
  for (const position of positions) results.push(await suiteWith(position));
  console.log(`\n${bold('── Summary')}`);
  const cells = ({ mark, position, passed, failed, took }) => [
    mark,
    position,
    `${passed} passed`,
    `${failed} failed`,
    dim(took),
  ];
  for (const line of table(results.map(cells))) console.log(line);
  return results.every(({ code }) => code === 0) ? 0 : 1;
});

async function suiteWith(position) {
  console.log(`\n${bold(`── ${position}`)}`);
  const start = performance.now();
  const env = toolEnv({ VOUCHERBRIDGE_STAND_IN_SWITCHES: position, ...LONG_STORY[position] });
  const { code, output } = await run('cargo', FLOWS, { env, capture: true });
  const mark = code === 0 ? green('✓') : red('✗');
  return { code, mark, position, ...count(output, code), took: seconds(start) };
}
