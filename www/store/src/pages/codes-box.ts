import { el, fill } from '../lib/dom';
import { pageContext } from '../lib/context';
import { demoCodes, type DemoCode } from '../lib/codes';

/** The codes to try: what each is, when it can be used and what it does. */
export function codesBox(): HTMLElement {
  const list = el('div.codes-list', {}, el('p.note', {}, 'One moment…'));
  const { codesUrl } = pageContext();
  const codes = codesUrl ? demoCodes(codesUrl) : Promise.resolve([]);
  codes.then(
    (found) => fill(list, found.length > 0 ? table(found) : none()),
    () => fill(list, none()),
  );
  return el(
    'section.codes',
    { id: 'codes', 'data-test': 'codes-to-try', 'aria-label': 'Codes to try' },
    el('h2', {}, 'Codes to try'),
    el(
      'p.note',
      {},
      'Type one in the checkout, or several with commas between them. Customers: ',
      'alice@example.com (Retail) and bob@example.com (STAFF), password demo1234. ',
      'The language at the top is for what is said about codes; the shop itself speaks English.',
    ),
    list,
  );
}

function none(): HTMLElement {
  return el('p.note', {}, 'The list of codes cannot be read right now.');
}

function table(codes: DemoCode[]): HTMLElement {
  const head = ['Code', 'Kind', 'Rule', 'Effect'].map((name) => el('th', { scope: 'col' }, name));
  return el(
    'table',
    {},
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...codes.map(row)),
  );
}

function row({ code, kind, rule, effect }: DemoCode): HTMLElement {
  return el(
    'tr',
    { 'data-test': `try-${code}` },
    el('th', { scope: 'row' }, el('code', {}, code)),
    el('td.kind', { 'data-label': 'Kind' }, kind),
    el('td', { 'data-label': 'Rule' }, rule || '–'),
    el('td', { 'data-label': 'Effect' }, effect),
  );
}
