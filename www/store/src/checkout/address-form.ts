import { el, fill } from '../lib/dom';
import type { Address, AddressRequestBody, Country } from './service';

export interface AddressForm {
  element: HTMLElement;
  value(): AddressRequestBody;
  set(address: Partial<Address>): void;
}

const FIELDS = [
  ['firstName', 'First name', 'given-name', true],
  ['lastName', 'Last name', 'family-name', true],
  ['address1', 'Address', 'address-line1', true],
  ['address2', 'Apartment, suite (optional)', 'address-line2', false],
  ['city', 'City', 'address-level2', true],
  ['postalCode', 'Postal code', 'postal-code', true],
  ['phone', 'Phone (optional)', 'tel', false],
] as const;

type FieldName = (typeof FIELDS)[number][0];

/** The fields of an address; `prefix` tells the shipping form's from the billing form's. */
export function addressForm(
  prefix: string,
  countries: Country[],
  start?: Partial<Address>,
): AddressForm {
  const inputs = new Map<FieldName, HTMLInputElement>();
  const labels = FIELDS.map(([name, label, autocomplete, required]) => {
    const input = el('input', { name, autocomplete, required, 'data-test': `${prefix}-${name}` });
    inputs.set(name, input);
    return el(`label.field.${name}`, {}, label, input);
  });
  const country = countrySelect(prefix, countries);
  const region = regionField(prefix);
  const showRegion = (code?: string, text?: string) =>
    region.show(
      countries.find((each) => each.code === country.value),
      code,
      text,
    );
  country.addEventListener('change', () => showRegion());

  const form: AddressForm = {
    element: el(
      'div.address',
      { 'data-test': `${prefix}-address` },
      ...labels.slice(0, 5),
      el('label.field.country', {}, 'Country', country),
      region.element,
      ...labels.slice(5),
    ),
    value() {
      const text = (name: FieldName) => inputs.get(name)?.value.trim() ?? '';
      return {
        firstName: text('firstName'),
        lastName: text('lastName'),
        company: '',
        address1: text('address1'),
        address2: text('address2'),
        city: text('city'),
        countryCode: country.value,
        ...region.value(),
        postalCode: text('postalCode'),
        phone: text('phone'),
        customFields: [],
      };
    },
    set(address) {
      for (const [name, input] of inputs) input.value = address[name] ?? '';
      if (address.countryCode) country.value = address.countryCode;
      showRegion(address.stateOrProvinceCode, address.stateOrProvince);
    },
  };
  form.set(start ?? {});
  return form;
}

function countrySelect(prefix: string, countries: Country[]): HTMLSelectElement {
  return el(
    'select',
    {
      name: 'countryCode',
      autocomplete: 'country',
      required: true,
      'data-test': `${prefix}-countryCode`,
    },
    ...countries.map(({ code, name }) =>
      el('option', { value: code, selected: code === 'US' }, name),
    ),
  );
}

/** State or province: a list where the country has one, else a free text. */
function regionField(prefix: string) {
  const element = el('label.field.region');
  let input: HTMLSelectElement | HTMLInputElement = el('input');
  return {
    element,
    show(country: Country | undefined, code = '', text = ''): void {
      const regions = country?.subdivisions ?? [];
      const attributes = {
        name: 'region',
        autocomplete: 'address-level1',
        'data-test': `${prefix}-region`,
      };
      input =
        regions.length > 0
          ? el(
              'select',
              { ...attributes, required: true },
              el('option', { value: '' }, 'Choose…'),
              ...regions.map((region) =>
                el('option', { value: region.code, selected: region.code === code }, region.name),
              ),
            )
          : el('input', { ...attributes, required: country?.requiresState ?? false, value: text });
      fill(element, 'State or province', input);
    },
    value(): { stateOrProvince: string; stateOrProvinceCode: string } {
      const isList = input instanceof HTMLSelectElement;
      return {
        stateOrProvince: isList ? '' : input.value.trim(),
        stateOrProvinceCode: isList ? input.value : '',
      };
    },
  };
}
