import { isValidElement, type ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { safely, type Walked } from './narrative.tsx';

const text = (textContent: string): Walked => ({ nodeType: 3, nodeName: '#text', textContent, childNodes: [] });
const element = (nodeName: string, attributes: Record<string, string> = {}, ...childNodes: Walked[]): Walked => ({
  nodeType: 1,
  nodeName,
  childNodes,
  textContent: childNodes.map((child) => child.textContent).join(''),
  getAttribute: (name) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? null) : null),
});

/** Every element that was made, with its properties. */
function made(node: ReactNode): { type: string; properties: string[] }[] {
  if (Array.isArray(node)) return node.flatMap(made);
  if (!isValidElement<Record<string, ReactNode>>(node)) return [];
  return [
    { type: String(node.type), properties: Object.keys(node.props).filter((name) => name !== 'children') },
    ...made(node.props['children']),
  ];
}
const words = (node: ReactNode): string =>
  typeof node === 'string'
    ? node
    : Array.isArray(node)
      ? node.map(words).join('')
      : isValidElement<{ children?: ReactNode }>(node)
        ? words(node.props.children)
        : '';

describe('narrative from anywhere', () => {
  it('keeps its tables, lists and emphasis', () => {
    const table = element(
      'TABLE',
      {},
      element('TR', {}, element('TD', { colspan: '2' }, text('Potassium')), element('TD', {}, element('B', {}, text('6.2')))),
    );
    expect(made(safely(element('BODY', {}, table)))).toEqual([
      { type: 'table', properties: [] },
      { type: 'tr', properties: [] },
      { type: 'td', properties: ['colSpan'] },
      { type: 'td', properties: [] },
      { type: 'b', properties: [] },
    ]);
  });

  it('has no attribute that could do anything, no link, no picture, no script', () => {
    const hostile = element(
      'BODY',
      {},
      element('DIV', { onclick: 'alert(1)', style: 'position:fixed', id: 'main', class: 'banner' }, text('words')),
      element('A', { href: 'javascript:alert(1)' }, text('press here')),
      element('IMG', { src: 'x', onerror: 'alert(1)', alt: 'an ear' }),
      element('SCRIPT', {}, text('alert(1)')),
      element('IFRAME', { src: 'https://example.org' }),
      element('svg', { onload: 'alert(1)' }, element('script', {}, text('alert(2)'))),
      element('MARQUEE', {}, text(' moving')),
    );
    const shown = safely(hostile);
    expect(made(shown)).toEqual(['div', 'span', 'em', 'span'].map((type) => ({ type, properties: [] })));
    expect(words(shown)).toBe('wordspress here[picture: an ear] moving');
  });

  it('is not taken in by names that objects have', () => {
    expect(made(safely(element('BODY', {}, element('constructor', {}, text('x')))))).toEqual([{ type: 'span', properties: [] }]);
  });

  it('ends, however deep and wide it is', () => {
    let deep = element('DIV', {}, text('bottom'));
    for (let depth = 0; depth < 5000; depth++) deep = element('DIV', {}, deep);
    expect(made(safely(element('BODY', {}, deep))).length).toBeLessThan(100);
    const wide = element('BODY', {}, ...Array.from({ length: 30_000 }, () => element('P')));
    expect(made(safely(wide)).length).toBeLessThanOrEqual(20_000);
  });
});
