import '../style/shop.css';
import '../style/checkout.css';
import { byId, el, fill } from '../lib/dom';
import { pageContext } from '../lib/context';
import { drawHeader } from '../lib/header';
import { money } from '../lib/money';
import { picture } from '../lib/pictures';
import { couponName, linePrice } from '../lib/prices';
import { service } from '../checkout/service';

type Order = NonNullable<ReturnType<ReturnType<typeof service.getState>['data']['getOrder']>>;

drawHeader();
void show();

async function show(): Promise<void> {
  const { orderId } = pageContext();
  if (!orderId) {
    fill(
      byId('main'),
      el('h1', {}, 'No order'),
      el('p', {}, el('a', { href: '/' }, 'To the shop')),
    );
    return;
  }
  try {
    const order = (await service.loadOrder(orderId)).data.getOrder();
    if (order) drawOrder(order);
  } catch {
    fill(
      byId('main'),
      el('h1', {}, 'Thank you!'),
      el(
        'p',
        { 'data-test': 'order-number' },
        `Your order number is ${orderId}. Its details cannot be shown right now.`,
      ),
    );
  }
}

function drawOrder(order: Order): void {
  const items = [...order.lineItems.physicalItems, ...order.lineItems.digitalItems];
  fill(
    byId('main'),
    el(
      'section.card.confirmation',
      { 'data-test': 'confirmation' },
      el(
        'h1',
        {},
        `Thank you${order.billingAddress.firstName ? `, ${order.billingAddress.firstName}` : ''}!`,
      ),
      el(
        'p',
        {},
        'Your order number is ',
        el('strong', { 'data-test': 'order-number' }, order.orderId),
        '.',
      ),
      el('p.note', { 'data-test': 'order-status' }, statusText(order)),
      el(
        'ul.lines',
        {},
        ...items.map((item) =>
          el(
            'li.line',
            { 'data-test': `order-${item.addedByPromotion ? 'free-' : ''}line-${item.productId}` },
            picture(item.productId),
            el('div.line-name', {}, el('strong', {}, `${item.quantity} × ${item.name}`)),
            linePrice(item, order.currency.code, `order-price-${item.productId}`),
          ),
        ),
        ...order.lineItems.giftCertificates.map((item) =>
          el(
            'li.line',
            { 'data-test': 'order-line-certificate' },
            el('div.line-name', {}, el('strong', {}, item.name)),
            el('span.line-price', {}, money(item.amount, order.currency.code)),
          ),
        ),
      ),
      el('dl.totals', {}, ...totals(order)),
      el('a.button.primary', { href: '/', 'data-test': 'continue-shopping' }, 'Back to the shop'),
    ),
  );
}

function statusText(order: Order): string {
  return order.status === 'AWAITING_PAYMENT'
    ? 'We will send it once your payment has arrived.'
    : `It is on its way to being packed (${order.status.toLowerCase().replaceAll('_', ' ')}).`;
}

function totals(order: Order): HTMLElement[] {
  const currency = order.currency.code;
  const row = (name: string, label: string, amount: number) => {
    const kind = name === 'order-total' ? '.grand' : '';
    return [
      el(`dt${kind}`, {}, label),
      el(`dd${kind}`, { 'data-test': name }, money(amount, currency)),
    ];
  };
  return [
    ...(order.discountAmount > 0 ? row('order-discounts', 'Discounts', -order.discountAmount) : []),
    ...order.coupons.flatMap((coupon) =>
      row('order-coupon', `Coupon ${couponName(coupon) ?? coupon.code}`, -coupon.discountedAmount),
    ),
    ...row('order-shipping', 'Shipping', order.shippingCostTotal),
    ...(order.taxTotal > 0
      ? row('order-tax', order.isTaxIncluded ? 'Tax, included' : 'Tax', order.taxTotal)
      : []),
    ...row('order-total', 'Total', order.orderAmount),
    ...payments(order).flatMap(({ name, label, amount }) => row(name, label, amount)),
  ];
}

interface CertificatePayment {
  amount: number;
  detail: { code: string; remaining: number };
}

/** What each gift certificate paid, and what was paid otherwise where one did. */
function payments(order: Order): { name: string; label: string; amount: number }[] {
  const all = order.payments ?? [];
  const isCertificate = ({ providerId }: { providerId: string }) =>
    providerId === 'giftcertificate';
  const certificates = all.filter(isCertificate) as unknown as CertificatePayment[];
  if (certificates.length === 0) return [];
  const others = all.filter((payment) => !isCertificate(payment));
  const waits = order.status === 'AWAITING_PAYMENT';
  return [
    ...certificates.map(({ amount, detail }) => ({
      name: 'order-certificate',
      label: `Paid by gift certificate ${detail.code}`,
      amount: -amount,
    })),
    ...others.map(({ amount, description }) => ({
      name: 'order-paid',
      label: `${waits ? 'To pay' : 'Paid'} by ${description}`,
      amount: waits ? amount : -amount,
    })),
  ];
}
