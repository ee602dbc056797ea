/** The events for theme developers. */
export const dispatch = (name, detail) =>
  document.dispatchEvent(new CustomEvent(`voucherbridge:${name}`, { detail }));
