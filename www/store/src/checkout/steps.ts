import { el, fill } from '../lib/dom';

export type StepName = 'customer' | 'shipping' | 'billing' | 'payment';

/** One step of the checkout: what it shows while open, and its one line when done. */
export interface Step {
  name: StepName;
  title: string;
  /** The step's form; asked for each time the step opens. */
  open(done: () => void): HTMLElement;
  /** What was chosen, for the closed step; null when there is nothing yet. */
  choice(): string | null;
}

/**
 * Shows the steps one below the other with one open. Steps before it show what was chosen and can
 * be opened again; steps after it wait.
 */
export class Steps {
  readonly element = el('div.steps');
  private current = 0;

  constructor(private readonly steps: Step[]) {}

  /** Opens a step; the later ones follow again when it is done. */
  go(name: StepName): void {
    this.current = this.steps.findIndex((step) => step.name === name);
    fill(this.element, ...this.steps.map((step, index) => this.draw(step, index)));
  }

  /**
   * Opens an earlier step again when what was chosen there is gone; a later one is left alone.
   * Answers whether it did.
   */
  back(name: StepName): boolean {
    const earlier = this.steps.findIndex((step) => step.name === name) < this.current;
    if (earlier) this.go(name);
    return earlier;
  }

  /** Shows again what was chosen in the steps that are done: a code can change it. */
  showChoices(): void {
    for (const step of this.steps.slice(0, this.current)) {
      const shown = this.element.querySelector(`[data-test="${step.name}-choice"]`);
      if (shown) shown.textContent = step.choice();
    }
  }

  private draw(step: Step, index: number): HTMLElement {
    const open = index === this.current;
    const choice = index < this.current ? step.choice() : null;
    return el(
      `section.step`,
      { 'data-test': `step-${step.name}`, 'data-open': String(open) },
      el(
        'header',
        {},
        el('h2', {}, `${index + 1}. ${step.title}`),
        choice !== null && el('span.choice', { 'data-test': `${step.name}-choice` }, choice),
        index < this.current && this.editButton(step),
      ),
      open && step.open(() => this.go(this.steps[index + 1]?.name ?? step.name)),
    );
  }

  private editButton(step: Step): HTMLElement {
    return el(
      'button.link',
      { type: 'button', 'data-test': `${step.name}-edit`, onclick: () => this.go(step.name) },
      'Change',
    );
  }
}

/** A line for what went wrong in a form; `show(null)` hides it. */
export function problemLine(name: string): {
  element: HTMLElement;
  show(message: string | null): void;
} {
  const element = el('p.error', { role: 'alert', 'data-test': name, hidden: true });
  return {
    element,
    show(message) {
      element.textContent = message ?? '';
      element.hidden = message === null;
    },
  };
}
