// UCUM, the machine-readable file (https://github.com/ucum-org/ucum, ucum-essence.xml): base units and units with their names. Units are
// built from these by a grammar, so the list is only a part of the code system; whether a unit is right, the grammar says.
import { fail, ok } from '../../fhir/result.ts';
import { ucumSystem } from '../../fhir/ucum.ts';
import type { Said } from '../contract.ts';
import type { ReleaseFormat } from '../load/plan.ts';
import { type XmlReader, xmlPass } from '../load/xml-pass.ts';

export const ucum: ReleaseFormat = {
  name: 'UCUM',
  published: 'ucum-essence.xml',
  recognise(files, version) {
    const found = files.find(({ begin }) => /<root\b[^>]*ucum|unitsofmeasure\.org\/ucum-essence/.test(begin));
    if (found === undefined) return undefined;
    const release = version ?? /<root\b[^>]*\bversion="([^"]+)"/.exec(found.begin)?.[1];
    if (release === undefined) return fail('invalid', 'The UCUM file does not tell its version: name it with --release, such as 2.2');
    return ok({
      system: ucumSystem,
      version: release,
      about: {
        name: 'UCUM',
        title: 'Unified Code for Units of Measure',
        caseSensitive: true,
        content: 'fragment',
        hierarchyMeaning: 'is-a',
        properties: [
          { code: 'property', type: 'string', description: 'What is measured' },
          { code: 'class', type: 'string' },
          { code: 'metric', type: 'boolean', description: 'Whether it takes prefixes' },
        ],
      },
      passes: [xmlPass(found.file, reader)],
    });
  },
};

function reader(): XmlReader {
  let unit: { code: string; names: string[]; said: Said[] } | undefined;
  return {
    open(name, attributes) {
      if (name !== 'unit' && name !== 'base-unit') return;
      const code = attributes['Code'] ?? '';
      unit = {
        code,
        names: [],
        said: [{ code, says: 'property', property: 'metric', value: name === 'base-unit' || attributes['isMetric'] === 'yes' }],
      };
      if (attributes['class'] !== undefined) unit.said.push({ code, says: 'property', property: 'class', value: attributes['class'] });
    },
    close(name, text) {
      if (unit === undefined) return [];
      const { code, names, said } = unit;
      if (name === 'name' || name === 'printSymbol') names.push(text);
      if (name === 'property') said.push({ code, says: 'property', property: 'property', value: text });
      if (name !== 'unit' && name !== 'base-unit') return [];
      unit = undefined;
      if (code === '') return 'a unit has no attribute Code';
      const words = names.filter(Boolean).map((value, i): Said => ({ code, says: 'display', rank: i, designation: { value } }));
      return [{ code, says: 'concept', display: names[0] ?? code }, ...words, ...said];
    },
  };
}
