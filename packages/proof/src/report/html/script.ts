/** The page works without it; with it, the filter does, the chosen line stands out, and Escape closes a panel. */
export const SCRIPT = `
'use strict';
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const filter = document.getElementById('filter');
const rows = all('main tbody tr');
const edges = all('.edge');
const nodes = all('.node');
const text = element => (element.textContent + ' ' + (element.getAttribute('aria-label') || '')).toLowerCase();
const texts = new Map([...rows, ...nodes].map(element => [element, text(element)]));
for (const edge of edges) {
  const panel = document.getElementById(edge.hash ? edge.hash.slice(1) : edge.getAttribute('href').slice(1));
  texts.set(edge, text(edge) + ' ' + (panel ? text(panel) : ''));
}
filter.addEventListener('input', () => {
  const wanted = filter.value.toLowerCase().split(/\\s+/).filter(Boolean);
  const fits = element => wanted.every(word => texts.get(element).includes(word));
  for (const row of rows) row.hidden = !fits(row);
  const touched = new Set();
  for (const edge of edges) {
    const dim = !fits(edge);
    edge.classList.toggle('dim', dim);
    if (!dim) touched.add(edge.dataset.from).add(edge.dataset.to);
  }
  for (const node of nodes) node.classList.toggle('dim', !fits(node) && !touched.has(node.dataset.node));
});
const choose = () => {
  const id = decodeURIComponent(location.hash.slice(1));
  for (const edge of edges) {
    const own = edge.getAttribute('href') === '#' + id || edge.dataset.from === id || edge.dataset.to === id;
    edge.classList.toggle('chosen', own);
  }
  const panel = document.getElementById(id);
  const open = panel !== null && panel.classList.contains('panel');
  document.body.classList.toggle('open', open);
  if (open) panel.focus({ preventScroll: true });
};
let before = null;
addEventListener('click', event => {
  const link = event.target.closest && event.target.closest('main a[href^="#e"], main a[href^="#n"]');
  if (link) before = link;
});
addEventListener('hashchange', choose);
addEventListener('keydown', event => {
  if (event.key !== 'Escape' || !document.body.classList.contains('open')) return;
  const place = [scrollX, scrollY];
  location.hash = '#map';
  scrollTo(...place);
  if (before) before.focus({ preventScroll: true });
});
for (const edge of edges) {
  const near = on => () => {
    for (const node of nodes) node.classList.toggle('near', on && [edge.dataset.from, edge.dataset.to].includes(node.dataset.node));
  };
  edge.addEventListener('mouseenter', near(true));
  edge.addEventListener('mouseleave', near(false));
}
for (const node of nodes) {
  const near = on => () => {
    const id = node.dataset.node;
    for (const edge of edges) edge.classList.toggle('near', on && (edge.dataset.from === id || edge.dataset.to === id));
    document.body.classList.toggle('hovering', on);
  };
  node.addEventListener('mouseenter', near(true));
  node.addEventListener('mouseleave', near(false));
}
choose();
`
