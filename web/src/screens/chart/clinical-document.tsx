// A C-CDA document as it was sent: its title and its sections with their narrative, which is what the author attested (HL7 CDA R2,
// 4.3.5). Coded entries are in the record itself.
import { useMemo } from 'react';
import { Failure } from '../../parts/states.tsx';
import { safely } from './narrative.tsx';

interface Section {
  title: string;
  text: Element | undefined;
  below: Section[];
}

const child = (element: Element, name: string): Element | undefined =>
  Array.from(element.children).find(({ localName }) => localName === name);
const children = (element: Element, name: string): Element[] => Array.from(element.children).filter(({ localName }) => localName === name);

const sectionsOf = (element: Element, depth = 0): Section[] =>
  depth > 8
    ? []
    : children(element, 'component').flatMap((component): Section[] => {
        const section = child(component, 'section');
        return section === undefined
          ? []
          : [
              {
                title: child(section, 'title')?.textContent?.trim() ?? 'Section',
                text: child(section, 'text'),
                below: sectionsOf(section, depth + 1),
              },
            ];
      });

export function ClinicalDocument({ text }: { text: string }) {
  const found = useMemo(() => {
    const root = new DOMParser().parseFromString(text, 'application/xml').documentElement;
    if (root.localName !== 'ClinicalDocument') return undefined;
    const component = child(root, 'component');
    const body = component === undefined ? undefined : child(component, 'structuredBody');
    return { title: child(root, 'title')?.textContent ?? '', sections: body === undefined ? [] : sectionsOf(body) };
  }, [text]);
  if (found === undefined)
    return (
      <Failure
        title="The document cannot be read"
        error={new Error('It is no well-formed XML. Its bytes are kept as they came: ask who sent it.')}
      />
    );
  return (
    <>
      <p className="strong" dir="auto">
        {found.title}
      </p>
      <Sections sections={found.sections} />
    </>
  );
}

function Sections({ sections }: { sections: readonly Section[] }) {
  return sections.map(({ title, text, below }, index) => (
    <section key={`${title} ${String(index)}`} className="paper-section">
      <h3 dir="auto">{title}</h3>
      {text !== undefined && (
        <div className="narrative" dir="auto">
          {safely(text)}
        </div>
      )}
      <Sections sections={below} />
    </section>
  ));
}
