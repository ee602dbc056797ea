import { CATALOGUE } from '../../../www/store/src/lib/catalogue';
import { expect, test } from '../support/fixtures';
import type { ProductName } from '../support/products';

test('every price on the first page is the one the cart takes', async ({ shop }) => {
  const { soldOut } = await shop.context();
  const forSale = CATALOGUE.flatMap(({ products }) => products).filter(
    ({ id }) => !soldOut.includes(id),
  );
  for (const { id, name, price } of forSale) {
    await shop.addToCart(name as ProductName);
    const shown = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(
      price,
    );
    await expect(shop.page.getByTestId(`price-${id}`)).toHaveText(shown);
    await shop.page.goto('/cart');
    await expect(shop.page.getByTestId(`line-price-${id}`)).toHaveText(shown);
  }
});

test('quantities change, things are removed, and the cart ends empty', async ({ shop }) => {
  await shop.addToCart('Socks');
  await shop.addToCart('T-shirt');
  await shop.setQuantity('Socks', 4);
  await expect(shop.page.getByTestId('line-price-115')).toHaveText('$30.00');
  await expect(shop.page.getByTestId('cart-amount')).toHaveText('$55.00');
  await shop.removeFromCart('T-shirt');
  await expect(shop.page.getByTestId('cart-amount')).toHaveText('$30.00');
  await shop.removeFromCart('Socks');
  await expect(shop.page.getByTestId('cart-empty')).toBeVisible();
  // There is nothing to check out.
  await shop.page.goto('/checkout');
  await expect(shop.page).toHaveURL('/cart');
});

test('two shoppers have carts of their own', async ({ shop, newShopper }) => {
  const other = await newShopper();
  await shop.addToCart('Socks');
  await other.page.goto('/cart');
  await expect(other.page.getByTestId('cart-empty')).toBeVisible();
});

test('a wrong password is refused, the right one signs in, and out again', async ({ shop }) => {
  const { page } = shop;
  await page.goto('/login');
  await page.getByTestId('login-email').fill('bob@example.com');
  await page.getByTestId('login-password').fill('wrong');
  await page.getByTestId('login-submit').click();
  await expect(page.getByTestId('login-error')).toBeVisible();
  await shop.signIn('bob');
  await expect(page.getByTestId('shopper')).toHaveText('Bob Brown');
  await page.getByTestId('sign-out').click();
  await expect(page.getByTestId('login-link')).toBeVisible();
});
