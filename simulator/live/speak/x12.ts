// Claims and payments as X12: 837 professional (005010X222A1) when a visit is billed, 835 (005010X221A1) when it is paid. Codes are HCPCS
// level II. Each interchange holds one claim.
import type { BilledClaim, Happening, Person } from '../world.ts';

const two = (value: number, length: number): string => String(value).padStart(length, '0');
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10).replaceAll('-', '');
const clean = (text: string | undefined): string =>
  (text ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9 ]/g, ' ')
    .trim() || 'UNKNOWN';
const money = (value: number): string => value.toFixed(2);
let control = 0;

function envelope(group: 'HC' | 'HP', guide: string, set: '837' | '835', atMs: number, segments: readonly string[]): string {
  control = (control + 1) % 999_999_999;
  const number = two(control, 9);
  const date = day(atMs);
  const time = new Date(atMs).toISOString().slice(11, 16).replace(':', '');
  const st = set === '837' ? `ST*837*0001*${guide}` : 'ST*835*0001';
  return `${[
    `ISA*00*          *00*          *ZZ*LAMPLIGHTGEN   *ZZ*EXAMPLEPAYER   *${date.slice(2)}*${time}*^*00501*${number}*0*T*:`,
    `GS*${group}*LAMPLIGHTGEN*EXAMPLEPAYER*${date}*${time}*${control}*X*${guide}`,
    st,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    `GE*1*${control}`,
    `IEA*1*${number}`,
  ].join('~')}~`;
}

const member = ({ chart }: Person): string => `M${5_000_000 + chart.ordinal}`;

export function claim837({ atMs, person, claim }: Happening & { claim: BilledClaim }): string {
  const { patient, sex } = person.chart;
  const name = patient.name?.[0];
  const address = patient.address?.[0];
  const total = claim.lines.reduce((sum, { amount }) => sum + amount, 0);
  return envelope('HC', '005010X222A1', '837', atMs, [
    `BHT*0019*00*${claim.number}*${day(atMs)}*1200*CH`,
    'NM1*41*2*LAMPLIGHT GENERAL*****46*LAMP01',
    'PER*IC*BILLING DESK*TE*5555550100',
    'NM1*40*2*EXAMPLE PAYER*****46*PAY01',
    'HL*1**20*1',
    `NM1*85*2*BILLING GROUP ${claim.biller}*****XX*1234567893`,
    'N3*1 LAMP STREET',
    'N4*LAMPTON*OH*44101',
    'REF*EI*112223333',
    'HL*2*1*22*0',
    'SBR*P*18*******CI',
    `NM1*IL*1*${clean(name?.family)}*${clean(name?.given?.[0])}****MI*${member(person)}`,
    `N3*${clean(address?.line?.[0])}`,
    'N4*LAMPTON*OH*44102',
    `DMG*D8*${(patient.birthDate ?? '19000101').replaceAll('-', '')}*${sex === 'female' ? 'F' : 'M'}`,
    'NM1*PR*2*EXAMPLE PAYER*****PI*PAY01',
    `CLM*${claim.number}*${money(total)}***22:B:1*Y*A*Y*Y`,
    `HI*ABK:${claim.diagnosis.replace('.', '')}`,
    ...claim.lines.flatMap((line, index) => [
      `LX*${index + 1}`,
      `SV1*HC:${line.code}*${money(line.amount)}*UN*${line.units}***1`,
      `DTP*472*D8*${day(line.atMs)}`,
    ]),
  ]);
}

export function payment835({ person, claim }: Happening & { claim: BilledClaim }): string {
  const name = person.chart.patient.name?.[0];
  const total = claim.lines.reduce((sum, { amount }) => sum + amount, 0);
  return envelope('HP', '005010X221A1', '835', claim.paidAtMs, [
    `BPR*I*${money(claim.paid)}*C*ACH*CCP*01*999999992*DA*123456*1512345678**01*999988880*DA*98765*${day(claim.paidAtMs)}`,
    `TRN*1*T${claim.number}*1512345678`,
    `DTM*405*${day(claim.paidAtMs)}`,
    'N1*PR*EXAMPLE PAYER',
    'N3*9 PAYER STREET',
    'N4*LAMPTON*OH*44103',
    'PER*BL*SERVICE DESK*TE*5555550101',
    'N1*PE*LAMPLIGHT GENERAL*XX*1234567893',
    'LX*1',
    `CLP*${claim.number}*${claim.paid > 0 ? 1 : 4}*${money(total)}*${money(claim.paid)}**CI*P${claim.number}`,
    ...(total > claim.paid ? [`CAS*CO*${claim.paid > 0 ? 45 : 50}*${money(total - claim.paid)}`] : []),
    `NM1*QC*1*${clean(name?.family)}*${clean(name?.given?.[0])}****MI*${member(person)}`,
    `DTM*232*${day(claim.lines[0]?.atMs ?? claim.paidAtMs)}`,
  ]);
}
