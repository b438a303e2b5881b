// Separators inside a search value and their escapes: `\,` `\|` `\$` `\\` (http://hl7.org/fhir/R4/search.html#escaping).

/** Splits at each separator that is not escaped. Escapes stay in the parts: a part may be split again by another separator. */
export function splitUnescaped(text: string, separator: ',' | '|' | '$'): string[] {
  if (!text.includes(separator)) return [text];
  const parts: string[] = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === separator) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** A backslash before any other character is meant as it stands. */
export const unescapeValue = (text: string): string => (text.includes('\\') ? text.replace(/\\([,|$\\])/g, '$1') : text);
