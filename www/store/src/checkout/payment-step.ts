import { el, fill, whileBusy } from '../lib/dom';
import { isCartChanged, isInconsistent, messageOf } from './errors';
import { checkout, PAYMENT_INTEGRATIONS, service } from './service';
import { problemLine, type Step, type StepName } from './steps';

const CART_CHANGED =
  'An update to your shopping cart has been detected and your available shipping costs have been updated.';

const INCONSISTENT =
  'Your checkout could not be processed because some details have changed. Please review your order and try again.';

/** How it is paid, and the button that places the order. */
export function paymentStep(restart: (step: StepName, why: string) => void): Step {
  return {
    name: 'payment',
    title: 'Payment',
    open: () => paymentForm(restart),
    choice: () => null,
  };
}

function paymentForm(restart: (step: StepName, why: string) => void): HTMLElement {
  const methods = el('div.options', { 'data-test': 'payment-methods' });
  const button = el(
    'button.primary',
    { type: 'submit', 'data-test': 'place-order' },
    'Place order',
  );
  const problem = problemLine('order-error');
  const form = el('form', {}, methods, problem.element, el('div.actions', {}, button));

  keepMethodsFresh(form, methods, (error) => problem.show(messageOf(error)));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    problem.show(null);
    void whileBusy(button, () => placeOrder(chosenMethod(form))).catch(async (error: unknown) => {
      if (isInconsistent(error)) {
        await service.loadCheckout(checkout().id);
        return problem.show(INCONSISTENT);
      }
      if (!isCartChanged(error)) return problem.show(messageOf(error));
      await service.loadCheckout(checkout().id);
      restart('shipping', CART_CHANGED);
    });
  });
  return form;
}

/** Methods depend on what is to be paid, so they are loaded again whenever that changes. */
function keepMethodsFresh(
  form: HTMLElement,
  methods: HTMLElement,
  failed: (error: unknown) => void,
): void {
  const unsubscribe = service.subscribe(
    () => {
      // The SDK calls at once, before the form is in the page: only a form that has left it is over.
      if (form.dataset.shown && !form.isConnected) return unsubscribe();
      form.dataset.shown = 'yes';
      service.loadPaymentMethods().then(() => drawMethods(form, methods), failed);
    },
    ({ data }) => data.getCheckout()?.outstandingBalance,
    ({ data }) => data.getCheckout()?.grandTotal,
  );
}

function drawMethods(form: HTMLElement, methods: HTMLElement): void {
  if (checkout().outstandingBalance === 0) {
    fill(methods, el('p', { 'data-test': 'nothing-to-pay' }, 'Nothing is left to pay.'));
    return;
  }
  const found = service.getState().data.getPaymentMethods() ?? [];
  const before = chosenMethod(form) ?? found[0]?.id;
  const radios = found.map((method) => {
    const radio = el('input', {
      type: 'radio',
      name: 'payment-method',
      value: method.id,
      checked: method.id === before,
      required: true,
      'data-test': `payment-${method.id}`,
    });
    return el(
      'label.option',
      {},
      radio,
      el('span', {}, method.config.displayName || method.id),
      el('span.note', {}, method.config.helpText),
    );
  });
  fill(methods, ...radios);
}

function chosenMethod(form: HTMLElement): string | undefined {
  return form.querySelector<HTMLInputElement>('input[name="payment-method"]:checked')?.value;
}

/** The demo has no form for a card: every shopper has the same one. */
const TEST_CARD = {
  ccName: 'Test Shopper',
  ccNumber: '4111111111111111',
  ccExpiry: { month: '12', year: '2099' },
  ccCvv: '123',
};

function cardFor(methodId: string): typeof TEST_CARD | undefined {
  const method = service.getState().data.getPaymentMethod(methodId);
  return method?.type === 'PAYMENT_TYPE_API' ? TEST_CARD : undefined;
}

async function placeOrder(methodId: string | undefined): Promise<void> {
  if (checkout().outstandingBalance > 0 && methodId) {
    await service.initializePayment({ methodId, integrations: PAYMENT_INTEGRATIONS });
    await service.submitOrder({ payment: { methodId, paymentData: cardFor(methodId) } });
  } else {
    await service.submitOrder({});
  }
  location.replace(`${location.pathname.replace(/\/$/, '')}/order-confirmation`);
}
