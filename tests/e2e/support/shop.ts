import { expect, type Locator, type Page } from '@playwright/test';
import { picture } from './picture';
import { PRODUCTS, type CustomerName, type ProductName } from './products';
import { StorefrontApi, type Buyer } from './storefront-api';

export type PaymentMethod = 'cod' | 'bankdeposit' | 'testgateway';

const ADDRESS = {
  firstName: 'Grace',
  lastName: 'Shopper',
  address1: '1 Example Street',
  city: 'Austin',
  postalCode: '78701',
  phone: '5550100',
};

/** A shopper's browser on the demo shop: one method for each thing a shopper does. */
export class Shop {
  constructor(
    readonly page: Page,
    readonly url: string,
  ) {}

  // The shop's pages

  async addToCart(name: ProductName): Promise<void> {
    const product = PRODUCTS[name];
    const { id } = product;
    if (this.page.url() !== `${this.url}/`) await this.page.goto(`${this.url}/`);
    const before = await this.cartCount();
    if ('text' in product) await this.page.getByTestId(`text-${id}`).fill(product.text);
    await this.page.getByTestId(`add-${id}`).click();
    await expect.poll(() => this.cartCount()).toBe(before + 1);
  }

  /** What the server wrote into the first page. */
  async context(): Promise<{ soldOut: number[] }> {
    await this.page.goto(`${this.url}/`);
    return JSON.parse((await this.page.locator('#context').textContent()) ?? '{}');
  }

  /** How many things the header says are in the cart. */
  async cartCount(): Promise<number> {
    const badge = this.page.getByTestId('cart-count');
    // Empty until the shop has asked for the cart.
    await expect(badge).toHaveText(/\d/);
    return Number(await badge.textContent());
  }

  async setQuantity(name: ProductName, quantity: number): Promise<void> {
    const { id } = PRODUCTS[name];
    await this.page.goto(`${this.url}/cart`);
    const changed = this.page.waitForResponse((response) => response.request().method() === 'PUT');
    await this.page.getByTestId(`quantity-${id}`).fill(String(quantity));
    await this.page.getByTestId(`quantity-${id}`).blur();
    await changed;
    await expect(this.page.getByTestId(`quantity-${id}`)).toHaveValue(String(quantity));
  }

  async removeFromCart(name: ProductName): Promise<void> {
    const { id } = PRODUCTS[name];
    await this.page.goto(`${this.url}/cart`);
    await this.page.getByTestId(`remove-${id}`).click();
    await expect(this.page.getByTestId(`line-${id}`)).toHaveCount(0);
  }

  /** Signs in on the login page. */
  async signIn(customer: CustomerName): Promise<void> {
    await this.page.goto(`${this.url}/login`);
    await this.page.getByTestId('login-email').fill(`${customer}@example.com`);
    await this.page.getByTestId('login-password').fill('demo1234');
    await this.page.getByTestId('login-submit').click();
    await expect(this.page.getByTestId('shopper')).toBeVisible();
  }

  /** Chooses a currency in the header, before there is a cart. */
  async chooseCurrency(code: string): Promise<void> {
    await this.page.goto(`${this.url}/`);
    await this.page.getByTestId('currency').selectOption(code);
    await expect(this.page).toHaveURL(/setCurrencyId/);
    await expect(this.page.getByTestId('currency')).toHaveValue(code);
  }

  /** Opens the checkout in another language of the shop. */
  async openCheckoutIn(language: string): Promise<void> {
    await this.page.goto(`${this.url}/cart?setLanguage=${language}`);
    await this.openCheckout();
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
    await this.loaderIsThere();
  }

  // The checkout, step by step

  /** Opens the checkout. The page is there before everything beside it is, as ours may never be. */
  async openCheckout(): Promise<void> {
    await this.page.goto(`${this.url}/checkout`, { waitUntil: 'domcontentloaded' });
    await expect(this.page.getByTestId('checkout')).toBeVisible();
  }

  /** The seconds a shopper needs to find the code box: the loader of ours is there by then. */
  async loaderIsThere(): Promise<void> {
    await this.page.waitForFunction(() => window.Voucherbridge !== undefined);
  }

  /** Goes on as a guest; with `null` the e-mail address is the one that the shop knows already. */
  async asGuest(email: string | null = 'grace@example.com'): Promise<void> {
    if (email !== null) await this.page.getByTestId('guest-email').fill(email);
    await this.page.getByTestId('guest-continue').click();
    await expect(this.step('shipping')).toHaveAttribute('data-open', 'true');
  }

  /** Signs in during the checkout. */
  async signInAtCheckout(customer: CustomerName): Promise<void> {
    await this.page.getByTestId('show-sign-in').click();
    await this.page.getByTestId('sign-in-email').fill(`${customer}@example.com`);
    await this.page.getByTestId('sign-in-password').fill('demo1234');
    await this.page.getByTestId('sign-in-submit').click();
    await expect(this.step('shipping')).toHaveAttribute('data-open', 'true');
  }

  /** Types the delivery address; a signed-in customer's form is filled in already. */
  async fillAddress(address: Partial<typeof ADDRESS> & { region?: string } = {}): Promise<void> {
    const { region = 'TX', ...fields } = { ...ADDRESS, ...address };
    for (const [name, value] of Object.entries(fields)) {
      await this.page.getByTestId(`shipping-${name}`).fill(value);
    }
    await this.page.getByTestId('shipping-region').selectOption(region);
  }

  /** Saves the address, takes an option (the recommended one if none is named) and goes on. */
  async chooseShipping(type?: string): Promise<void> {
    await this.page.getByTestId('shipping-save').click();
    const go = this.page.getByTestId('shipping-continue');
    await expect(go).toBeVisible();
    if (type) {
      const chosen = this.page.waitForResponse((response) =>
        /\/consignments\//.test(response.url()),
      );
      await this.page.getByTestId(`shipping-option-${type}`).check();
      await chosen;
    }
    await go.click();
    await expect(this.step('billing')).toHaveAttribute('data-open', 'true');
  }

  /** Goes back for another shipping option, then on to the payment. */
  async changeShipping(type: string): Promise<void> {
    await this.page.getByTestId('shipping-edit').click();
    await this.chooseShipping(type);
    await this.chooseBilling();
  }

  /** Bills the delivery address. */
  async chooseBilling(): Promise<void> {
    await this.page.getByTestId('billing-continue').click();
    await expect(this.step('payment')).toHaveAttribute('data-open', 'true');
    const nothing = this.page.getByTestId('nothing-to-pay');
    await expect(this.page.getByTestId('payment-cod').or(nothing)).toBeVisible();
  }

  /**
   * At the payment, with these things in the cart, as a guest or a customer. What was chosen before
   * the checkout's page is opened is said to the storefront's API with the cookies of this browser:
   * the story of a code begins here. `walkWith` does it all by hand.
   */
  async checkoutWith(products: ProductName[], who: Buyer = {}): Promise<void> {
    await new StorefrontApi(this.page.context(), this.url).checkoutWith(products, who);
    await this.openCheckout();
    if (!who.customer) await this.asGuest(null);
    await this.page.getByTestId('shipping-continue').click();
    await this.chooseBilling();
  }

  /** The same as a person does it: every page, every click, every field. */
  async walkWith(products: ProductName[], who: Buyer = {}): Promise<void> {
    if (who.customer) await this.signIn(who.customer);
    for (const product of products) await this.addToCart(product);
    await this.openCheckout();
    if (!who.customer) await this.asGuest(who.email);
    if (!who.customer) await this.fillAddress();
    else await expect(this.page.getByTestId('shipping-address1')).not.toHaveValue('');
    await this.chooseShipping();
    await this.chooseBilling();
  }

  /** A guest who had been here before goes through the steps again. */
  async backToPayment(): Promise<void> {
    await this.openCheckout();
    await this.asGuest();
    await this.chooseShipping();
    await this.chooseBilling();
  }

  // Codes

  /** Types a code and submits it; resolves when the page has its answer, whichever it is. */
  async applyCode(code: string): Promise<void> {
    await this.page.getByTestId('code-input').fill(code);
    await this.page.getByTestId('code-apply').click();
    // Without a backend it takes eight seconds until nobody waits for it any more.
    await expect(this.page.getByTestId('code-apply')).toBeEnabled({ timeout: 20_000 });
  }

  /** The amounts beside the applied coupons: `-$79.90`. With several, name the native code. */
  couponAmount(code?: string): Locator {
    const amounts = this.page.getByTestId('coupon-amount');
    return code ? amounts.and(this.page.locator(`[data-code="${code}"]`)) : amounts;
  }

  /** A code takes this much off and leaves this total, without a word; then it is taken off again. */
  async tries(code: string, off: string, total: string): Promise<void> {
    const before = (await this.total('grand-total').textContent()) ?? '';
    await this.applyCode(code);
    await this.nativeCode(code);
    await expect(this.couponAmount()).toHaveText(`-${off}`);
    await expect(this.total('grand-total')).toHaveText(total);
    expect(await this.messages()).toEqual([]);
    await picture(this.page, code);
    await this.removeCoupon();
    await expect(this.total('grand-total')).toHaveText(before);
  }

  /** A code is refused with this sentence, once, and nothing changes. Needs `ownTime`. */
  async isRefused(code: string, sentence: string): Promise<void> {
    const summary = this.page.getByTestId('summary-totals');
    const lines = this.page.getByTestId('summary-items');
    const before = [await summary.innerText(), await lines.innerText()];
    await this.applyCode(code);
    await this.readsOnly(sentence);
    expect([await summary.innerText(), await lines.innerText()]).toEqual(before);
    await picture(this.page, `${code} refused`);
  }

  /** The line of the summary that the store added for a code. */
  freeLine(name: ProductName): Locator {
    return this.page.getByTestId(`summary-free-line-${PRODUCTS[name].id}`);
  }

  /** The native codes of the applied coupons, in the page's order. */
  async couponCodes(): Promise<string[]> {
    const rows = await this.page.getByTestId('coupon').all();
    return Promise.all(rows.map(async (row) => (await row.getAttribute('data-code')) ?? ''));
  }

  /** Takes a coupon off: the only one, or the one of this native code. */
  async removeCoupon(code?: string): Promise<void> {
    const buttons = this.page.getByTestId('coupon-remove');
    const button = code ? buttons.and(this.page.locator(`[data-code="${code}"]`)) : buttons;
    const before = await buttons.count();
    await button.click();
    await expect(buttons).toHaveCount(before - 1);
  }

  /** The checkout's own error line at the coupon box. */
  get codeError(): Locator {
    return this.page.getByTestId('code-error');
  }

  /** The shape of a native code of ours, given what is visible of the typed one. */
  static native(visible: string): RegExp {
    return new RegExp(`^${visible}-[0-9A-HJKMNP-TV-Z]{6}$`);
  }

  /** The native code of the only coupon; fails unless there is one with this visible part. */
  async nativeCode(visible: string): Promise<string> {
    await expect(this.page.getByTestId('coupon')).toHaveCount(1);
    const [code = ''] = await this.couponCodes();
    expect(code).toMatch(Shop.native(visible));
    await expect(this.page.getByTestId('coupon')).toBeVisible();
    return code;
  }

  // What the shopper reads

  /** The page's clock is the test's from here on: it runs by itself, and `passTime` moves it. */
  async ownTime(): Promise<void> {
    await this.page.clock.install();
  }

  /** Every message on screen: those of the page, and the notice of ours. */
  async messages(): Promise<string[]> {
    const lines = this.page.locator('[role=alert]:visible, [role=status]:visible');
    return (await lines.allInnerTexts()).map((text) => text.trim()).filter(Boolean);
  }

  /** The shopper reads this sentence once, and nothing else. Needs `ownTime`. */
  async readsOnly(sentence: string | RegExp): Promise<void> {
    const one = typeof sentence === 'string' ? sentence : expect.stringMatching(sentence);
    const expected = expect.arrayContaining([one]);
    await expect.poll(() => this.messages()).toEqual(expected);
    // The notice waits a moment for the page to show a sentence, then for the screen reader.
    for (const wait of [1000, 100]) await this.page.clock.fastForward(wait);
    expect(await this.messages()).toEqual([one]);
  }

  /** Nothing is said, not even after a moment. Needs `ownTime`. */
  async saysNothing(): Promise<void> {
    for (const wait of [1000, 100]) await this.page.clock.fastForward(wait);
    expect(await this.messages()).toEqual([]);
  }

  // Amounts and the order

  /** A line of the summary: subtotal, discounts, shipping, tax, grand-total, outstanding. */
  total(
    name: 'subtotal' | 'discounts' | 'shipping' | 'tax' | 'grand-total' | 'outstanding',
  ): Locator {
    return this.page.getByTestId(name);
  }

  /** Places the order and resolves to its number, read from the confirmation page. */
  async placeOrder(method: PaymentMethod): Promise<number> {
    await this.page.getByTestId(`payment-${method}`).check();
    return this.submitOrder();
  }

  /** The same where nothing is left to pay: no payment method is there to choose. */
  async placeOrderWithoutPayment(): Promise<number> {
    await expect(this.page.getByTestId('nothing-to-pay')).toBeVisible();
    return this.submitOrder();
  }

  private async submitOrder(): Promise<number> {
    await this.page.getByTestId('place-order').click();
    await expect(this.page).toHaveURL(/\/order-confirmation/);
    return Number(await this.page.getByTestId('order-number').textContent());
  }

  /** Pays with the card that is declined the first time: the page stays, with the shop's sentence. */
  async payByDeclinedCard(): Promise<void> {
    await this.page.getByTestId('payment-testgateway').check();
    await this.page.getByTestId('place-order').click();
    await expect(this.page.getByTestId('order-error')).toContainText('The card was declined');
  }

  step(name: 'customer' | 'shipping' | 'billing' | 'payment'): Locator {
    return this.page.getByTestId(`step-${name}`);
  }
}
