import '../style/shop.css';
import { byId, el, fill, whileBusy } from '../lib/dom';
import { pageContext } from '../lib/context';
import { drawHeader, refreshCount } from '../lib/header';
import { addCertificate, StorefrontError } from '../lib/storefront';

const THEMES = ['General', 'Birthday', 'Boy', 'Girl', 'Celebration', 'Christmas'];

drawHeader();

const amount = field('amount', `Amount (${pageContext().currency})`, 'number', '50');
amount.input.min = '1';
amount.input.max = '1000';
amount.input.step = '0.01';
const toName = field('to-name', 'Their name');
const toEmail = field('to-email', 'Their e-mail', 'email');
const fromName = field('from-name', 'Your name');
const fromEmail = field('from-email', 'Your e-mail', 'email');
const message = field('message', 'Message (optional)');
message.input.required = false;
message.input.maxLength = 200;
const theme = el(
  'select',
  { 'data-test': 'certificate-theme' },
  ...THEMES.map((name) => el('option', { value: name }, name)),
);
const result = el('p', { role: 'status', 'data-test': 'certificate-result', hidden: true });
const button = el(
  'button.primary',
  { type: 'submit', 'data-test': 'certificate-add' },
  'Add to cart',
);
const form = el(
  'form.card.stack',
  { 'data-test': 'certificate-form' },
  ...[amount, toName, toEmail, fromName, fromEmail, message].map(({ label }) => label),
  el('label.field', {}, 'Theme', theme),
  result,
  el('div.actions', {}, button),
);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void whileBusy(button, add);
});
fill(
  byId('main'),
  el('h1', {}, 'A gift certificate'),
  el('p', {}, 'It comes by e-mail once the order is paid, and cannot be paid with another one.'),
  form,
);

function field(name: string, text: string, type = 'text', value = '') {
  const input = el('input', { type, value, required: true, 'data-test': `certificate-${name}` });
  return { input, label: el('label.field', {}, text, input) };
}

async function add(): Promise<void> {
  const text = ({ input }: typeof amount) => input.value.trim();
  try {
    await addCertificate({
      name: `Gift certificate for ${text(toName)}`,
      theme: theme.value,
      amount: Number(text(amount)),
      quantity: 1,
      sender: { name: text(fromName), email: text(fromEmail) },
      recipient: { name: text(toName), email: text(toEmail) },
      message: text(message),
    });
    show('The gift certificate is in your cart.');
    refreshCount();
  } catch (error) {
    const refused = error instanceof StorefrontError;
    show(refused ? error.message : 'The shop cannot be reached. Please try again.');
  }
}

function show(sentence: string): void {
  result.textContent = sentence;
  result.hidden = false;
}
