import { el, fill, whileBusy } from '../lib/dom';
import { drawHeader } from '../lib/header';
import { messageOf } from './errors';
import { service } from './service';
import { problemLine, type Step } from './steps';

/** Who buys: a guest with an e-mail address, or a customer who signs in. */
export const customerStep: Step = {
  name: 'customer',
  title: 'Customer',
  open(done) {
    const form = el('div');
    if (signedInEmail()) fill(form, signedIn(done));
    else
      fill(
        form,
        guest(done, () => fill(form, signIn(done))),
      );
    return form;
  },
  choice() {
    return signedInEmail() ?? service.getState().data.getBillingAddress()?.email ?? null;
  },
};

/** The e-mail of the signed-in customer, or null for a guest. */
export function signedInEmail(): string | null {
  const customer = service.getState().data.getCustomer();
  return customer && !customer.isGuest && customer.id ? customer.email : null;
}

function guest(done: () => void, wantsSignIn: () => void): HTMLElement {
  const email = el('input', {
    type: 'email',
    name: 'email',
    autocomplete: 'email',
    required: true,
    value: service.getState().data.getBillingAddress()?.email ?? '',
    'data-test': 'guest-email',
  });
  const button = el(
    'button.primary',
    { type: 'submit', 'data-test': 'guest-continue' },
    'Continue',
  );
  const problem = problemLine('customer-error');
  const form = el(
    'form',
    {},
    el('label.field', {}, 'E-mail', email),
    problem.element,
    el(
      'div.actions',
      {},
      button,
      el(
        'button.link',
        { type: 'button', 'data-test': 'show-sign-in', onclick: wantsSignIn },
        'I have an account',
      ),
    ),
  );
  onSubmit(form, button, problem, async () => {
    await service.continueAsGuest({ email: email.value.trim() });
    done();
  });
  return form;
}

function signIn(done: () => void): HTMLElement {
  const email = el('input', {
    type: 'email',
    autocomplete: 'username',
    required: true,
    'data-test': 'sign-in-email',
  });
  const password = el('input', {
    type: 'password',
    autocomplete: 'current-password',
    required: true,
    'data-test': 'sign-in-password',
  });
  const button = el('button.primary', { type: 'submit', 'data-test': 'sign-in-submit' }, 'Sign in');
  const problem = problemLine('customer-error');
  const form = el(
    'form',
    {},
    el('label.field', {}, 'E-mail', email),
    el('label.field', {}, 'Password', password),
    problem.element,
    el('div.actions', {}, button),
  );
  onSubmit(form, button, problem, async () => {
    const state = await service.signInCustomer({
      email: email.value.trim(),
      password: password.value,
    });
    drawHeader(state.data.getCustomer() ?? null);
    done();
  });
  return form;
}

function signedIn(done: () => void): HTMLElement {
  const out = el('button.link', { type: 'button', 'data-test': 'checkout-sign-out' }, 'Sign out');
  out.addEventListener('click', () => {
    void whileBusy(out, async () => {
      await service.signOutCustomer();
      // Signing out can leave another cart behind: start again from what the server has.
      location.reload();
    });
  });
  return el(
    'div',
    {},
    el('p', { 'data-test': 'signed-in-as' }, `You are signed in as ${signedInEmail()}.`),
    el(
      'div.actions',
      {},
      el(
        'button.primary',
        { type: 'button', 'data-test': 'customer-continue', onclick: done },
        'Continue',
      ),
      out,
    ),
  );
}

function onSubmit(
  form: HTMLFormElement,
  button: HTMLButtonElement,
  problem: { show(message: string | null): void },
  work: () => Promise<void>,
): void {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    problem.show(null);
    void whileBusy(button, () => work().catch((error: unknown) => problem.show(messageOf(error))));
  });
}
