// A physician reads a chart: what is wrong now, how it came to be, in which units, and where each value comes from, down to the leaf of
// the laboratory's message.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

const loinc = 'http://loinc.org';
const attested = `<div xmlns="http://www.w3.org/1999/xhtml"><p>Discharged <b>well</b>.</p><table><tr><td>Potassium</td><td>6.2</td></tr></table></div>`;
const worse = `<img src=x onerror="document.title='broken'"><script>document.title='broken'</script><p onclick="document.title='broken'">Told by a stranger</p>`;
const inMg = (value: number) => ({ value, unit: 'mg/dL', system: 'http://unitsofmeasure.org', code: 'mg/dL' });
/** One red point. */
const picture = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hl7v2 = [
  'MSH|^~\\&|LAB|NORTH|||20261120083000||ORU^R01|CTRL-77|P|2.5.1',
  'PID|1||77001^^^NORTH^MR||SOURCE^SAM||19500203|F',
  'OBR|1||ACC-77|2823-3^Potassium^LN|||20261120080000|||||||||||||||20261120082900|||F',
  'OBX|1|NM|2823-3^Potassium^LN||6.2|mmol/L|3.5-5.1|H|||F|||20261120080000',
  'OBX|2|CWE|81351-9^DNR, DNAR or AND order is in place^LN||LA33-6^Yes^LN||||||F|||20261120080000',
  '',
].join('\r');

journey('the chart', () => {
  let stage: Stage;
  let physician: Visit;
  let administrator: Visit;
  let report = '';
  let potassium = '';
  let sent = '';

  const observed = (id: string, at: string, value: number, unit: string, more: object = {}) => ({
    resourceType: 'Observation',
    id,
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: loinc, code: '2345-7', display: 'Glucose' }], text: 'Glucose' },
    subject: { reference: 'Patient/chart-1' },
    effectiveDateTime: at,
    valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    ...more,
  });
  const put = async (resource: { resourceType: string; id: string; [element: string]: unknown }): Promise<void> => {
    const answer = await stage.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
    expect([200, 201], answer.text).toContain(answer.status);
  };

  beforeAll(async () => {
    stage = await openStage();
    await put({
      resourceType: 'Patient',
      id: 'chart-1',
      name: [{ family: 'Chartwell', given: ['Cara'] }],
      birthDate: '1950-02-03',
      gender: 'female',
    });
    const range = { referenceRange: [{ low: inMg(70), high: inMg(140) }] };
    for (let day = 10; day <= 20; day++) await put(observed(`glucose-${day}`, `2026-11-${day}T08:00:00Z`, 90 + day * 3, 'mg/dL', range));
    await put(observed('glucose-si', '2026-11-19T08:00:00Z', 6.1, 'mmol/L'));
    const { valueQuantity: _, ...unmeasured } = observed('glucose-missing', '2026-11-15T12:00:00Z', 0, 'mg/dL');
    await put({ ...unmeasured, dataAbsentReason: { text: 'haemolysed' } });
    await put({
      resourceType: 'MedicationRequest',
      id: 'insulin',
      status: 'active',
      intent: 'order',
      subject: { reference: 'Patient/chart-1' },
      medicationCodeableConcept: { text: 'Insulin glargine' },
      authoredOn: '2026-11-14T08:00:00Z',
      dosageInstruction: [{ text: '14 units at bedtime' }],
    });
    // A second version, with more and other things in it.
    await put(
      observed('glucose-20', '2026-11-20T08:00:00Z', 155, 'mg/dL', { ...range, status: 'corrected', note: [{ text: 'read again' }] }),
    );
    const paper = { resourceType: 'DocumentReference', status: 'current', subject: { reference: 'Patient/chart-1' } };
    await put({
      ...paper,
      id: 'stranger',
      type: { text: 'Letter' },
      date: '2026-11-20T09:00:00Z',
      content: [{ attachment: { contentType: 'text/html', data: base64(worse) } }],
    });
    await put({
      ...paper,
      id: 'scanned',
      type: { text: 'Consent' },
      date: '2026-11-19T09:00:00Z',
      content: [
        { attachment: { contentType: 'image/png', data: picture, title: 'wound.png' } },
        { attachment: { contentType: 'application/pdf', data: base64('%PDF-1.4\n%%EOF'), title: 'consent.pdf' } },
        {
          attachment: {
            contentType: 'image/svg+xml',
            data: base64(`<svg xmlns="http://www.w3.org/2000/svg" onload="parent.document.title='broken'"/>`),
            title: 'drawing.svg',
          },
        },
      ],
    });
    await put({
      resourceType: 'Composition',
      id: 'discharge',
      status: 'final',
      type: { text: 'Discharge summary' },
      title: 'Discharge summary',
      subject: { reference: 'Patient/chart-1' },
      date: '2026-11-20T10:00:00Z',
      author: [{ display: 'Dr Ruth Okafor' }],
      section: [{ title: 'Course', text: { status: 'generated', div: attested } }],
    });
    const answer = await stage.call('POST', '/exchange/receive', { headers: { 'content-type': 'x-application/hl7-v2+er7' }, body: hl7v2 });
    expect(answer.text).toContain('MSA|AA');
    for (let tries = 0; potassium === '' && tries < 100; tries++) {
      const found = await stage.call('GET', '/fhir/Observation?patient.identifier=77001');
      potassium = String(found.json?.entry?.[0]?.resource?.id ?? '');
      sent = String(found.json?.entry?.[0]?.resource?.subject?.reference ?? '').replace('Patient/', '');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(potassium).not.toBe('');
    physician = await stage.visit('clinician');
    administrator = await stage.visit('administrator');
    const inHospital = await stage.call('GET', '/fhir/Encounter?status=in-progress&_count=1');
    report = String(inHospital.json?.entry?.[0]?.resource?.subject?.reference ?? '').replace('Patient/', '');
  });
  afterAll(async () => {
    await physician?.close();
    await administrator?.close();
    await stage?.close();
  });

  it('opens on how the patient is now, with the score and why', async () => {
    await physician.open(`chart/${report}`);
    await physician.page.waitForSelector('section[aria-label="Vital signs"] .score');
    expect(await physician.page.locator('.score').textContent()).toMatch(/NEWS2 total score.*\d\d:\d\d/);
    expect(await physician.page.locator('section[aria-label="Encounters"] .where-now').textContent()).toMatch(/^Now: .*(ward|bed|unit)/i);
    await physician.look('chart-summary');
  });

  it('says the code status with its source, that two contradict each other, and that nobody has recorded one', async () => {
    const person = { resourceType: 'Patient', birthDate: '1938-05-06', gender: 'male' };
    const subject = { reference: 'Patient/code-1' };
    await put({ ...person, id: 'code-1', name: [{ family: 'Standing', given: ['Karl'] }] });
    await put({ ...person, id: 'code-2', name: [{ family: 'Heard', given: ['Hanna'] }] });
    const order = { resourceType: 'ServiceRequest', id: 'code-order', intent: 'order', code: { text: 'Do not resuscitate' }, subject };
    await put({ ...order, status: 'active', authoredOn: '2026-11-22T16:00:00Z' });
    const banner = physician.page.locator('section[aria-label="Patient"] .banner-code');
    const says = (text: string): Promise<void> => physician.page.waitForSelector(`.banner-code:has-text("${text}")`).then(() => undefined);
    await physician.open('chart/code-1');
    await says('order, 22-Nov-2026');
    expect(await banner.textContent()).toMatch(/^Code statusDo not resuscitate order, 22-Nov-2026 \d\d:\d\d$/);
    // A flag that nobody has taken away: it comes by the live stream, and which of the two holds is for people.
    await put({
      resourceType: 'Flag',
      id: 'code-flag',
      status: 'active',
      category: [{ text: 'Code status' }],
      code: { text: 'Full code' },
      subject,
      period: { start: '2026-11-02' },
    });
    await says('Contradictory, ask');
    expect(await banner.textContent()).toMatch(/Contradictory, ask: Do not resuscitate order, .*; Full code flag, 02-Nov-2026$/);
    await physician.look('chart-code-status');
    await put({ ...order, status: 'revoked' });
    await physician.page.waitForSelector('.banner-code:not(.banner-alert):has-text("Full code flag")');
    expect(await banner.textContent()).toBe('Code statusFull code flag, 02-Nov-2026');
    await physician.open('chart/code-2');
    await says('Not recorded');
    // As a message of another system says it: LOINC 81351-9, a do-not-resuscitate order is in place.
    await physician.open(`chart/${sent}`);
    await says('Do-not-resuscitate order is in place observation, 20-Nov-2026');
  });

  it('draws one panel a quantity and unit, never two units in one', async () => {
    await physician.open('chart/chart-1?tab=timeline&from=2026-11-09T00:00Z&to=2026-11-21T00:00Z');
    await physician.page.waitForSelector('.trend canvas');
    const panels = await physician.page.locator('.trend').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
    expect(panels).toEqual(['Glucose in mg/dL', 'Glucose in mmol/L']);
    expect(await physician.page.locator('.strip a[aria-label^="Insulin glargine"]').getAttribute('aria-label')).toContain('goes on');
    await physician.look('chart-timeline');
  });

  it('opens a demonstration chart as a timeline', async () => {
    await physician.open(`chart/${report}?tab=timeline`);
    await physician.page.waitForSelector('.trend canvas');
    expect(await physician.page.locator('.trend').count()).toBeGreaterThan(4);
    await physician.look('chart-timeline-stay');
  });

  it('moves by keys, keeps what is shown in the address, and opens it again from there', async () => {
    await physician.open('chart/chart-1?tab=timeline&from=2026-11-09T00:00Z&to=2026-11-21T00:00Z&table=1');
    await physician.page.waitForSelector('.trend canvas');
    await physician.page.keyboard.press('+');
    await physician.page.waitForURL('**from=2026-11-12T00*');
    await physician.page.keyboard.press('ArrowRight');
    await physician.page.waitForURL('**from=2026-11-13T12*');
    await physician.page.reload();
    const rows = physician.page.locator('section[aria-label="Values as a table"] tbody tr');
    await rows.first().waitFor();
    const table = (await rows.allTextContents()).join('\n');
    expect(table).toContain('missing: haemolysed');
    expect(table).toMatch(/150|147/);
    expect(table).toContain('▲ H');
    expect(table).not.toContain('12-Nov-2026');
  });

  it('shows results by day and, if wanted, only what is out of range', async () => {
    await physician.open('chart/chart-1?tab=results');
    await physician.page.getByLabel('Out of range only').check();
    await physician.page.waitForURL('**abnormal=1*');
    expect(await physician.page.locator('.grid-value').allTextContents()).toEqual(['155 ▲ H', '147 ▲ H', '144 ▲ H', '141 ▲ H']);
    await physician.open(`chart/${report}?tab=results`);
    await physician.look('chart-results');
  });

  it('shows documents as their authors attested them, and runs nothing of them', async () => {
    await physician.open('chart/chart-1?tab=documents&open=Composition/discharge');
    await physician.page.waitForSelector('.narrative table td');
    expect(await physician.page.locator('.narrative p').first().textContent()).toBe('Discharged well.');
    await physician.look('chart-documents');
    await physician.page.locator('.papers-list a', { hasText: 'Letter' }).click();
    await physician.page.locator('.narrative p', { hasText: 'Told by a stranger' }).click();
    expect(await physician.page.locator('.narrative script, .narrative img, .narrative [onclick]').count()).toBe(0);
    expect(await physician.page.title()).toBe('Documents · Lamplight');
    // Some versions of Chromium say what they refused in the document that was only parsed; others say nothing.
    for (const one of physician.complaints.splice(0)) expect(one).toContain('The action has been blocked');
  });

  it('shows pictures, opens PDF beside, and only ever saves a drawing of a stranger', async () => {
    const { page } = physician;
    await physician.open('chart/chart-1?tab=documents&open=DocumentReference/scanned');
    await page.waitForSelector('.attached img');
    expect(await page.evaluate<number>("document.querySelector('.attached img').naturalWidth")).toBe(1);
    const links = page.locator('.attached a');
    expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('download') ?? link.textContent))).toEqual(
      expect.arrayContaining(['wound.png', 'consent.pdf', 'drawing.svg']),
    );
    // The picture and the PDF may be opened; the drawing is no picture here.
    expect(await page.getByText('Open in a new tab').count()).toBeGreaterThanOrEqual(1);
    expect(await page.title()).toBe('Documents · Lamplight');
    await physician.look('chart-picture');
  });

  it('goes on paper with who this is, who printed it and when, and with values in words', async () => {
    const { page } = physician;
    await physician.open('chart/chart-1?tab=summary');
    // Whoever works in the dark prints on white paper all the same.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await page.screenshot({ path: physician.picture('chart-on-paper'), fullPage: true });
    expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.banner-name')).color")).toBe('rgb(0, 0, 0)');
    expect(await page.locator('section[aria-label="Patient"]').isVisible()).toBe(true);
    expect(await page.locator('.on-paper').textContent()).toMatch(/printed by test-clinician, \d\d-\w{3}-\d{4}/);
    for (const gone of ['.top', '.side', '.banner-actions']) expect(await page.locator(gone).isVisible(), gone).toBe(false);
    await page.emulateMedia({ media: 'screen' });
  });

  it('says what changed between two versions, and who changed it', async () => {
    await administrator.open('chart/chart-1?tab=source&of=Observation/glucose-20');
    const changes = administrator.page.locator('table:has(caption:has-text("What version")) tbody tr');
    await changes.first().waitFor();
    expect((await changes.allTextContents()).sort()).toEqual([
      'note[0].textaddedread again',
      'statuschangedfinalcorrected',
      'valueQuantity.valuechanged150155',
    ]);
    await administrator.page.waitForSelector('table[aria-label="Versions"] >> text=test-administrator, administrator');
    await administrator.look('chart-versions');
  });

  it('leads from a value to the very leaf of the message that brought it, for whoever may read the value', async () => {
    await physician.open(`chart/${sent}?tab=results`);
    await physician.page.locator('.grid-value', { hasText: '6.2' }).click();
    const leaf = physician.page.locator('tr', { hasText: 'valueQuantity.value' }).filter({ has: physician.page.locator('mark') });
    await leaf.waitFor();
    expect(await leaf.locator('td').first().textContent()).toMatch(/^OBX(\[1\])?-5/);
    expect(await leaf.locator('mark').textContent()).toBe('6.2');
    expect(await physician.page.locator('section[aria-label="Message CTRL-77"]').textContent()).toContain('ORU^R01 of LAB/NORTH');
    // What else stands in the message is not for everybody.
    expect(await physician.page.locator('text=Open the message').count()).toBe(0);
    await physician.look('chart-source');
  });

  it('says who has seen it, to those who may know', async () => {
    await administrator.open('chart/chart-1?tab=seen');
    await administrator.page.waitForSelector('table[aria-label="Who has seen this chart"] >> text=test-clinician');
    await administrator.look('chart-seen');
    await physician.open('chart/chart-1?tab=seen');
    expect(await physician.page.locator('main').textContent()).toContain('not for your role');
  });
});
