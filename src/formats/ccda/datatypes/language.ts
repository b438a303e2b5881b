// Whether a text has the form of a language tag (BCP 47), as far as R4 asks.

const form = /^[a-z]{2,3}(-[A-Za-z]{4})?(-([A-Z]{2}|[0-9]{3}))?$/;

export const isBcp47 = (text: string): boolean => form.test(text);
