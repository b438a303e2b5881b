// What the markup of CDA narrative (CDA R2, 4.3.5) becomes in the XHTML that FHIR allows (txt-1): tables of elements and attributes.

/** Elements that are called otherwise; those that are not here and that FHIR allows stay as they are. */
export const elementNames: Record<string, string> = {
  content: 'span',
  paragraph: 'p',
  list: 'ul',
  item: 'li',
  linkHtml: 'a',
  renderMultiMedia: 'a',
  footnote: 'span',
  footnoteRef: 'a',
};

/** Elements whose meaning the new name does not tell: their own name becomes a class. */
export const classNames: Record<string, string> = {
  renderMultiMedia: 'renderMultiMedia',
  footnote: 'footnote',
  footnoteRef: 'footnoteRef',
};

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

/** The elements of txt-1 that some senders write although CDA has them not. */
export const allowedElements = words(`a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4
  h5 h6 hr i img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var`);

/** Removed with what is in them; they stay in the ledger. */
export const unsafeElements = words('script style object embed iframe applet form input button link meta base frame frameset svg math');

/** Names of attributes, all in lower case as they are compared. */
export const attributeNames: Record<string, string> = {
  id: 'id',
  stylecode: 'class',
  class: 'class',
  language: 'lang',
  idref: 'href',
  referencedobject: 'href',
  ...Object.fromEntries(
    [
      ...words(`abbr align axis border cellpadding cellspacing char charoff colspan frame headers height href name nowrap rel rev
        rowspan rules scope span start summary title valign width alt src`),
    ].map((name) => [name, name]),
  ),
};

/** Elements that only XHTML without content may have. */
export const emptyElements = words('br col hr img');
