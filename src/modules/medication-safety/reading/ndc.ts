// National Drug Codes of any configuration to one key of the product. With hyphens the parts are padded to six and four digits; eleven
// digits are labeler 5, product 4, package 2, and twelve the form of 2033 (6-4-2). Ten digits without hyphens are several codes at
// once: they are not guessed at (https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-directory).

export function productOfNdc(code: string): string | undefined {
  const parts = /^(\d{4,6})-(\d{3,4})(?:-\d{1,2})?$/.exec(code.trim());
  if (parts !== null) return `${parts[1]!.padStart(6, '0')}${parts[2]!.padStart(4, '0')}`;
  if (/^\d{11}$/.test(code)) return `0${code.slice(0, 9)}`;
  return /^\d{12}$/.test(code) ? code.slice(0, 10) : undefined;
}
