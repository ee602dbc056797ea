import { el, fill, whileBusy } from '../lib/dom';
import { addressForm, type AddressForm } from './address-form';
import { signedInEmail } from './customer-step';
import { messageOf } from './errors';
import { service, type AddressRequestBody } from './service';
import { problemLine, type Step } from './steps';

/** Whom the bill is for: the delivery address unless the shopper says otherwise. */
export const billingStep: Step = {
  name: 'billing',
  title: 'Billing',
  open(done) {
    const body = el('div', {}, el('p.note', {}, 'One moment…'));
    const problem = problemLine('billing-error');
    service.loadBillingCountries().then(
      () => fill(body, billingForm(done, problem)),
      (error: unknown) => problem.show(messageOf(error)),
    );
    return el('div', {}, problem.element, body);
  },
  choice() {
    const address = service.getState().data.getBillingAddress();
    return address?.address1
      ? `${address.firstName} ${address.lastName}, ${address.address1}, ${address.city}`
      : null;
  },
};

function billingForm(done: () => void, problem: ReturnType<typeof problemLine>): HTMLElement {
  const delivered = Boolean(service.getState().data.getShippingAddress());
  const same = el('input', { type: 'checkbox', checked: delivered, 'data-test': 'billing-same' });
  const button = el(
    'button.primary',
    { type: 'submit', 'data-test': 'billing-continue' },
    'Continue',
  );
  const fields = el('div');
  let address: AddressForm | null = null;
  const form = el(
    'form',
    {},
    delivered && el('label.option', {}, same, el('span', {}, 'The same as the delivery address')),
    fields,
    el('div.actions', {}, button),
  );

  const drawFields = () => {
    const { data } = service.getState();
    address = same.checked
      ? null
      : addressForm('billing', data.getBillingCountries() ?? [], data.getBillingAddress());
    fill(fields, address?.element);
  };
  same.addEventListener('change', drawFields);
  drawFields();
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    problem.show(null);
    void whileBusy(button, async () => {
      await service.updateBillingAddress({
        ...(address?.value() ?? deliveryAddress()),
        email: email(),
      });
      done();
    }).catch((error: unknown) => problem.show(messageOf(error)));
  });
  return form;
}

/** The delivery address as the billing endpoint takes it: the fields of a form, nothing else. */
function deliveryAddress(): AddressRequestBody {
  const address = service.getState().data.getShippingAddress();
  if (!address) throw new Error('There is no delivery address yet');
  return {
    firstName: address.firstName,
    lastName: address.lastName,
    company: address.company,
    address1: address.address1,
    address2: address.address2,
    city: address.city,
    countryCode: address.countryCode,
    stateOrProvince: address.stateOrProvince,
    stateOrProvinceCode: address.stateOrProvinceCode,
    postalCode: address.postalCode,
    phone: address.phone,
    customFields: [],
  };
}

function email(): string {
  return service.getState().data.getBillingAddress()?.email || (signedInEmail() ?? '');
}
