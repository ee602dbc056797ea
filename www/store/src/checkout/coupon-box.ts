import { el, whileBusy } from '../lib/dom';
import { codeMessage } from './errors';
import { service } from './service';

/**
 * The box for codes. It does what BigCommerce's own checkout does, in that order: what was typed is
 * tried as a gift certificate first, and as a coupon only when that failed. An entry of several
 * codes is sent as it is: taking it apart is not the page's work.
 */
export function couponBox(): HTMLElement {
  const input = el('input', {
    name: 'code',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-label': 'Coupon or gift certificate codes',
    placeholder: 'One or more codes',
    'data-test': 'code-input',
  });
  const button = el('button.secondary', { type: 'submit', 'data-test': 'code-apply' }, 'Apply');
  // What a refusal says is in the page's language, whatever the shop's own words are in.
  const lang = document.documentElement.lang;
  const problem = el('p.error', { role: 'alert', lang, 'data-test': 'code-error', hidden: true });
  const form = el(
    'form.coupon-box',
    { 'data-test': 'code-form' },
    el('div.row', {}, input, button),
    problem,
  );

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = input.value.trim();
    if (button.disabled) return;
    problem.textContent = 'Type a code first.';
    problem.hidden = code !== '';
    if (code === '') return;
    void whileBusy(button, async () => {
      const error = await apply(code);
      if (error === null) {
        input.value = '';
        return;
      }
      problem.textContent = codeMessage(error);
      problem.hidden = false;
    });
  });
  return form;
}

async function apply(code: string): Promise<unknown> {
  try {
    await service.applyGiftCertificate(code);
    return null;
  } catch {
    // Not a certificate: the coupon's answer is the one that counts.
  }
  try {
    await service.applyCoupon(code);
    return null;
  } catch (error) {
    return error;
  }
}
