import '../style/shop.css';
import '../style/checkout.css';
import { byId, el, fill } from '../lib/dom';
import { pageContext } from '../lib/context';
import { drawHeader } from '../lib/header';
import { billingStep } from './billing-step';
import { customerStep, signedInEmail } from './customer-step';
import { messageOf } from './errors';
import { paymentStep } from './payment-step';
import { checkout, service } from './service';
import { shippingStep } from './shipping-step';
import { problemLine, Steps, type StepName } from './steps';
import { summary } from './summary';

const OPTIONS_CHANGED = 'The delivery options have changed. Please choose one again.';

drawHeader();
void start();

async function start(): Promise<void> {
  const { checkoutId } = pageContext();
  if (!checkoutId) {
    fill(
      byId('main'),
      el('h1', {}, 'Checkout'),
      el(
        'p',
        { 'data-test': 'checkout-empty' },
        'Your cart is empty. ',
        el('a', { href: '/' }, 'Look around'),
      ),
    );
    return;
  }
  fill(byId('main'), el('p.note', {}, 'Loading your order…'));
  try {
    await service.loadCheckout(checkoutId);
  } catch (error) {
    fill(
      byId('main'),
      el('h1', {}, 'Checkout'),
      el('p.error', { role: 'alert', 'data-test': 'checkout-error' }, messageOf(error)),
    );
    return;
  }
  draw();
}

function draw(): void {
  const notice = problemLine('checkout-notice');
  const steps = new Steps([
    customerStep,
    ...(needsShipping() ? [shippingStep] : []),
    billingStep,
    paymentStep((step, why) => {
      notice.show(why);
      steps.go(needsShipping() ? step : 'billing');
    }),
  ]);
  steps.go(firstStep());
  returnWhenShippingIsLost(steps, notice);
  service.subscribe(
    () => steps.showChoices(),
    ({ data }) => data.getConsignments(),
  );
  fill(
    byId('main'),
    el('h1', {}, 'Checkout'),
    notice.element,
    el('div.checkout', { 'data-test': 'checkout' }, steps.element, summary()),
  );
}

/** Somebody who is signed in already is past the first question. */
function firstStep(): StepName {
  if (!signedInEmail()) return 'customer';
  return needsShipping() ? 'shipping' : 'billing';
}

/** Gift certificates and other things without a body need no address to go to. */
function needsShipping(): boolean {
  return checkout().cart.lineItems.physicalItems.length > 0;
}

/** A code or another change can take the chosen shipping option away: it has to be chosen again. */
function returnWhenShippingIsLost(steps: Steps, notice: ReturnType<typeof problemLine>): void {
  service.subscribe(
    ({ data }) => {
      // An order whose payment was declined is there already and not complete.
      const placed = data.getOrder()?.isComplete;
      const lost = !placed && needsShipping() && !data.getSelectedShippingOption();
      if (!lost) return notice.show(null);
      if (steps.back('shipping')) notice.show(OPTIONS_CHANGED);
    },
    ({ data }) => data.getSelectedShippingOption()?.id,
  );
}
