import '../style/shop.css';
import { byId, el, fill, whileBusy } from '../lib/dom';
import { drawHeader } from '../lib/header';
import { signIn, StorefrontError } from '../lib/storefront';

const email = el('input', {
  type: 'email',
  name: 'email',
  autocomplete: 'username',
  required: true,
  'data-test': 'login-email',
});
const password = el('input', {
  type: 'password',
  name: 'password',
  autocomplete: 'current-password',
  required: true,
  'data-test': 'login-password',
});
const button = el('button.primary', { type: 'submit', 'data-test': 'login-submit' }, 'Sign in');
const problem = el('p.error', { role: 'alert', 'data-test': 'login-error', hidden: true });

drawHeader();
fill(
  byId('main'),
  el(
    'form.card.narrow',
    { onsubmit: submit },
    el('h1', {}, 'Sign in'),
    problem,
    el('label.field', {}, 'E-mail', email),
    el('label.field', {}, 'Password', password),
    button,
    el(
      'p.note',
      {},
      'Try alice@example.com (group Retail) or bob@example.com (group STAFF), password demo1234.',
    ),
  ),
);

function submit(event: Event): void {
  event.preventDefault();
  problem.hidden = true;
  void whileBusy(button, async () => {
    try {
      await signIn(email.value, password.value);
      location.assign('/');
    } catch (error) {
      problem.textContent =
        error instanceof StorefrontError && error.status < 500
          ? 'The e-mail or the password is wrong.'
          : 'Signing in does not work right now. Please try again.';
      problem.hidden = false;
    }
  });
}
