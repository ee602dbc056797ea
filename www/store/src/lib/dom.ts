/** What an element may contain; `null` and `false` are left out, for conditions in place. */
export type Child = Node | string | number | null | undefined | false;

type Handler = (event: Event) => void;
type Attribute = string | number | boolean | null | undefined | Handler;

/**
 * Makes an element: `el('button.primary', { type: 'submit', 'data-test': 'go', onclick: run }, 'Go')`.
 * Text children are always text, never markup, so nothing a server answers can become HTML.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  selector: K | `${K}.${string}`,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const [tag, ...classes] = selector.split('.');
  const element = document.createElement(tag as K);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...present(children));
  return element;
}

/** Puts `children` in place of whatever `parent` held. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...present(children));
}

/** The element with this id; every page's HTML has the ones we ask for. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

/** Runs `work` while `button` is disabled, so that a double click does it once. */
export async function whileBusy(
  button: HTMLButtonElement,
  work: () => Promise<void>,
): Promise<void> {
  button.disabled = true;
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } finally {
    button.disabled = false;
    button.removeAttribute('aria-busy');
  }
}

function present(children: Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

function setAttribute(element: HTMLElement, name: string, value: Attribute): void {
  if (value === null || value === undefined || value === false) return;
  if (typeof value === 'function') {
    element.addEventListener(name.replace(/^on/, ''), value);
    return;
  }
  element.setAttribute(name, value === true ? '' : String(value));
}
