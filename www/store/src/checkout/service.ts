import { createCheckoutService } from '@bigcommerce/checkout-sdk/essential';
import { createCreditCardPaymentStrategy } from '@bigcommerce/checkout-sdk/integrations/credit-card';
import { createOfflinePaymentStrategy } from '@bigcommerce/checkout-sdk/integrations/offline';

export type {
  Address,
  AddressRequestBody,
  Checkout,
  Country,
} from '@bigcommerce/checkout-sdk/essential';

/**
 * The official SDK does everything that touches the checkout: it is what real custom checkouts are
 * built on, so what works here works there. Its "essential" build has no payment methods; those
 * of this shop are added where they are initialised.
 */
export const service = createCheckoutService();

export const PAYMENT_INTEGRATIONS = [createOfflinePaymentStrategy, createCreditCardPaymentStrategy];

/** The checkout as last loaded; only for code that runs after loading. */
export function checkout(): NonNullable<
  ReturnType<ReturnType<typeof service.getState>['data']['getCheckout']>
> {
  const found = service.getState().data.getCheckout();
  if (!found) throw new Error('The checkout is not loaded yet');
  return found;
}
