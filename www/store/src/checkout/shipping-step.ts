import { el, fill, whileBusy } from '../lib/dom';
import { money } from '../lib/money';
import { addressForm, type AddressForm } from './address-form';
import { messageOf } from './errors';
import { checkout, service } from './service';
import { problemLine, type Step } from './steps';

/** Where the order goes and how: first the address, then the options for it. */
export const shippingStep: Step = {
  name: 'shipping',
  title: 'Delivery',
  open(done) {
    const body = el('div', {}, el('p.note', {}, 'One moment…'));
    const problem = problemLine('shipping-error');
    Promise.all([service.loadShippingCountries(), service.loadShippingOptions()]).then(
      () => fill(body, shippingForm(done, problem)),
      (error: unknown) => problem.show(messageOf(error)),
    );
    return el('div', {}, problem.element, body);
  },
  choice() {
    const { shippingAddress, selectedShippingOption } = checkout().consignments[0] ?? {};
    if (!shippingAddress) return null;
    return [shippingAddress.address1, shippingAddress.city, selectedShippingOption?.description]
      .filter(Boolean)
      .join(', ');
  },
};

type Problem = ReturnType<typeof problemLine>;

function shippingForm(done: () => void, problem: Problem): HTMLElement {
  const { data } = service.getState();
  const address = addressForm(
    'shipping',
    data.getShippingCountries() ?? [],
    data.getShippingAddress(),
  );
  const save = el(
    'button.secondary',
    { type: 'submit', 'data-test': 'shipping-save' },
    'Show delivery options',
  );
  const options = el('div.options', { 'data-test': 'shipping-options' });
  const form = el(
    'form',
    {},
    savedAddresses(address),
    address.element,
    el('div.actions', {}, save),
  );

  let saved = available().length > 0;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    problem.show(null);
    void whileBusy(save, async () => {
      await service.updateShippingAddress(address.value());
      await chooseRecommended();
      saved = true;
      fill(options, optionList(done, problem));
    }).catch((error: unknown) => problem.show(messageOf(error)));
  });
  // What was typed after the options were shown is not what they are for.
  form.addEventListener('input', () => {
    saved = false;
    fill(options);
  });
  // A code can bring an option or take one away while the list is open.
  service.subscribe(
    () => saved && options.isConnected && fill(options, optionList(done, problem)),
    ({ data }) => data.getConsignments(),
  );
  if (saved) fill(options, optionList(done, problem));
  return el('div', {}, form, options);
}

/** A signed-in customer's addresses to choose from; the first one fills an empty form. */
function savedAddresses(form: AddressForm): HTMLElement | null {
  const addresses = service.getState().data.getCustomer()?.addresses ?? [];
  if (addresses.length === 0) return null;
  const select = el(
    'select',
    { 'data-test': 'saved-address' },
    ...addresses.map((address, index) =>
      el(
        'option',
        { value: index },
        `${address.firstName} ${address.lastName}, ${address.address1}, ${address.city}`,
      ),
    ),
  );
  const use = () => form.set(addresses[Number(select.value)] ?? {});
  select.addEventListener('change', use);
  if (!service.getState().data.getShippingAddress()?.address1) use();
  return el('label.field', {}, 'Your addresses', select);
}

function available() {
  return checkout().consignments[0]?.availableShippingOptions ?? [];
}

/** BigCommerce's checkout picks the recommended option itself; so does this one. */
async function chooseRecommended(): Promise<void> {
  if (checkout().consignments[0]?.selectedShippingOption) return;
  const option = available().find((each) => each.isRecommended) ?? available()[0];
  if (option) await service.selectShippingOption(option.id);
}

function optionList(done: () => void, problem: Problem): HTMLElement {
  const chosen = checkout().consignments[0]?.selectedShippingOption?.id;
  const currency = checkout().cart.currency.code;
  const radios = available().map((option) => {
    const radio = el('input', {
      type: 'radio',
      name: 'shipping-option',
      value: option.id,
      checked: option.id === chosen,
      'data-test': `shipping-option-${option.type}`,
    });
    radio.addEventListener('change', () => {
      problem.show(null);
      service
        .selectShippingOption(option.id)
        .catch((error: unknown) => problem.show(messageOf(error)));
    });
    return el(
      'label.option',
      {},
      radio,
      el('span', {}, option.description),
      el('strong', {}, option.cost === 0 ? 'Free' : money(option.cost, currency)),
    );
  });
  if (radios.length === 0)
    return el('p.error', { role: 'alert' }, 'Nothing can be sent to this address.');
  return el(
    'div',
    {},
    ...radios,
    el(
      'div.actions',
      {},
      el(
        'button.primary',
        {
          type: 'button',
          'data-test': 'shipping-continue',
          // What a code took away has to be chosen again first.
          disabled: chosen === undefined,
          onclick: done,
        },
        'Continue',
      ),
    ),
  );
}
