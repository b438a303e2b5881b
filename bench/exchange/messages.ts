// Made-up messages of the kinds that a hospital sends most, deterministic from a number.

const families = ['NIGHTINGALE', 'SEACOLE', 'BLACKWELL', 'O\\T\\BRIEN', 'SØRENSEN', 'GARCÍA'];
const given = ['FLORENCE', 'MARY', 'ELIZABETH', 'JOHN', 'MÁRTA', 'LI'];
const two = (number: number): string => String(number).padStart(2, '0');

const header = (number: number, kind: string, structure: string, minute: number): string =>
  `MSH|^~\\&|BENCH|NORTH^2.16.840.1.113883.3.1^ISO|LAMPLIGHT|NORTH|20260701${two(Math.floor(minute / 60) % 24)}${two(minute % 60)}00||${kind}^${structure}|B${number}|P|2.5.1|||AL|NE||UNICODE UTF-8`;

const patient = (one: number): string =>
  `PID|1||${100_000 + one}^^^NORTH&2.16.840.1.113883.3.1&ISO^MR~${900_000_000 + one}^^^USSSA^SS||${families[one % families.length]}^${given[(one * 7) % given.length]}^A^^MS^^L||19${two(20 + (one % 80))}${two(1 + (Math.floor(one / 80) % 12))}${two(1 + (Math.floor(one / 960) % 28))}|${one % 2 === 0 ? 'F' : 'M'}||2106-3^White^HL70005|${one} MAIN ST^^ANN ARBOR^MI^48${two(one % 100)}1^USA^H||(555)${two(one % 100)}5-12${two(one % 90)}^PRN^PH||en^English^ISO639|M|||V${one}^^^NORTH^VN`;

const visit = (one: number): string =>
  `PV1|1|I|WARD${one % 8}^${one % 40}^${one % 4}^NORTH||||1000${one % 10}^WOOLFSON^KATHLEEN^^^DR^MD^^NORTH^L^^^NPI|||MED||||||||I|V${one}^^^NORTH^VN|||||||||||||||||||||||||20260701080000`;

export const adt = (number: number, one: number): string =>
  [
    header(number, 'ADT^A08', 'ADT_A01', number),
    `EVN|A08|20260701120000`,
    patient(one),
    visit(one),
    `AL1|1|DA|70618^Penicillin^RXNORM|SV|Rash`,
  ].join('\r') + '\r';

export function oru(number: number, one: number, values: number): string {
  const lines = [
    header(number, 'ORU^R01', 'ORU_R01', number),
    patient(one),
    visit(one),
    `ORC|RE|P${number}^NORTH|F${number}^LAB||CM||||20260701090000`,
    `OBR|1|P${number}^NORTH|F${number}^LAB|24323-8^Comprehensive metabolic panel^LN|||20260701091500|||||||||1000${one % 10}^WOOLFSON^KATHLEEN^^^DR^MD^^NORTH||||||20260701100000||LAB|F`,
  ];
  for (let index = 1; index <= values; index++)
    lines.push(
      `OBX|${index}|NM|${2000 + index}-1^Analyte ${index}^LN||${(one % 50) + index}.${index % 10}0|mmol/L^^UCUM|3.5-${10 + index}|N|||F|||20260701091500`,
    );
  return lines.join('\r') + '\r';
}

/** What a hospital sends in a day, in miniature: three ADT to two laboratory results. */
export const mixed = (number: number, patients: number): string =>
  number % 5 < 3 ? adt(number, (number * 7919) % patients) : oru(number, (number * 104_729) % patients, number % 2 === 0 ? 1 : 6);
