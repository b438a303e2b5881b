// A nurse gives a dose: she scans the wristband of the wrong patient and is stopped, the right one, one tablet where two are needed,
// the second; it is recorded once although the answer was lost, and the record of 24 hours shows it. Another drug is read by camera.
import bwipjs from 'bwip-js/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withCheck } from '../../src/formats/barcodes/check-digit.ts';
import { journey } from './journey.ts';
import { fetchAsPage, openStage, type Stage, type Visit } from './stage.ts';

const gsrn = withCheck('95011015300100011');
const otherGsrn = withCheck('95011015300100012');
const tablet325 = withCheck('0030001009011');
const insulin = withCheck('0030001009031');
const morphine = withCheck('0030001009041');
const secondPassword = 'rosemary by the garden wall';
const metoprolol = withCheck('0030001009021');
const minutesMs = 60_000;
const moment = (minutes: number) => new Date(Date.now() + minutes * minutesMs).toISOString();

journey('bedside', () => {
  let stage: Stage;
  let nurse: Visit;
  const subject = { reference: 'Patient/bedside-1' };
  const order = (id: string, text: string, dose: [number, string], timing: object | undefined, more: object = {}) => ({
    resourceType: 'MedicationRequest',
    id: `bedside-${id}`,
    status: 'active',
    intent: 'order',
    subject,
    authoredOn: moment(-2 * 24 * 60),
    medicationCodeableConcept: { text },
    dosageInstruction: [{ route: { text: 'oral' }, timing, doseAndRate: [{ doseQuantity: { value: dose[0], unit: dose[1] } }], ...more }],
  });
  const person = (id: string, family: string, number: string, gs1: string) => ({
    resourceType: 'Patient',
    id,
    name: [{ family, given: ['Rosa'] }],
    birthDate: '1949-03-02',
    gender: 'female',
    identifier: [
      { system: 'urn:example:mrn', value: number, type: { coding: [{ code: 'MR' }] } },
      { system: 'https://www.gs1.org/gsrn', value: gs1 },
      { system: 'https://www.gs1.org/srin', value: '1' },
    ],
  });
  const product = (id: string, text: string, gtin: string) => ({
    resourceType: 'Medication',
    id: `bedside-${id}`,
    status: 'active',
    code: { text },
    identifier: [{ system: 'https://www.gs1.org/gtin', value: gtin }],
  });
  /** As a field for local time takes it. */
  const local = (minutes: number): string => {
    const at = new Date(Date.now() + minutes * minutesMs);
    return new Date(at.getTime() - at.getTimezoneOffset() * minutesMs).toISOString().slice(0, 16);
  };

  /** As a scanner types: fast, FNC1 as Ctrl+], Enter behind it. */
  const scan = async (code: string, by = nurse): Promise<void> => {
    const line = await by.context.newCDPSession(by.page);
    const keys = [...code].map((one) => (one === '\u001d' ? { key: ']', modifiers: 2 } : { key: one, text: one }));
    const since = Date.now() / 1000;
    // Not waited for one by one, and with the moments of a scanner: on a busy machine they would be as slow as a person's.
    await Promise.all(
      [...keys, { key: 'Enter', text: '\r' }].flatMap((one, at) => [
        line.send('Input.dispatchKeyEvent', { type: 'keyDown', timestamp: since + at * 0.004, ...one }),
        line.send('Input.dispatchKeyEvent', { type: 'keyUp', timestamp: since + at * 0.004 + 0.002, ...one }),
      ]),
    );
    await line.detach();
  };
  const band = (of: string) => `]d28018${of}\u001d80191`;
  const tablet = (serial: string) => `]d201${tablet325}1730123110A1\u001d21${serial}`;
  const shows = (words: string) => nurse.page.locator('.bedside-scan .band-title', { hasText: words }).waitFor();

  beforeAll(async () => {
    stage = await openStage();
    const place = (id: string, name: string, kind: string, partOf?: string) => ({
      resourceType: 'Location',
      id,
      name,
      physicalType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/location-physical-type', code: kind }] },
      ...(partOf === undefined ? {} : { partOf: { reference: `Location/${partOf}` } }),
    });
    for (const resource of [
      place('bedside-ward', 'Willow', 'wa'),
      place('bedside-bed', 'Willow 4', 'bd', 'bedside-ward'),
      person('bedside-1', 'Bandholder', 'MRN-70001', gsrn),
      person('bedside-2', 'Bedmate', 'MRN-70002', otherGsrn),
      {
        resourceType: 'Encounter',
        id: 'bedside-stay',
        status: 'in-progress',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
        subject,
        period: { start: moment(-2 * 24 * 60) },
        location: [{ location: { reference: 'Location/bedside-bed' }, status: 'active' }],
      },
      place('bedside-bed-5', 'Willow 5', 'bd', 'bedside-ward'),
      {
        resourceType: 'Encounter',
        id: 'bedside-stay-2',
        status: 'in-progress',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
        subject: { reference: 'Patient/bedside-2' },
        location: [{ location: { reference: 'Location/bedside-bed-5' }, status: 'active' }],
      },
      ...['ramipril', 'amlodipine', 'torsemide'].map((drug) => ({
        ...order(drug, `${drug} 5 MG Oral Tablet`, [5, 'mg'], { event: [moment(-50), moment(600)] }),
        subject: { reference: 'Patient/bedside-2' },
      })),
      product('apap', 'Acetaminophen 325 MG Oral Tablet', tablet325),
      product('metoprolol', 'Metoprolol tartrate 25 MG Oral Tablet', metoprolol),
      product('insulin', 'Insulin lispro 100 UNT/ML Injectable Solution', insulin),
      product('morphine', 'Morphine sulfate 15 MG Oral Tablet', morphine),
      order('apap', 'Acetaminophen 325 MG Oral Tablet', [650, 'mg'], { event: [moment(-10), moment(350)] }),
      order('metoprolol', 'Metoprolol tartrate 25 MG Oral Tablet', [25, 'mg'], { event: [moment(-540), moment(-150), moment(500)] }),
      order(
        'insulin',
        'Insulin lispro 100 UNT/ML Injectable Solution',
        [6, 'units'],
        { event: [moment(40)] },
        { route: { text: 'subcutaneous' } },
      ),
      order(
        'morphine',
        'Morphine sulfate 15 MG Oral Tablet',
        [15, 'mg'],
        { repeat: { frequency: 1, period: 4, periodUnit: 'h' } },
        { asNeededCodeableConcept: { text: 'pain' } },
      ),
      order('saline', 'Sodium chloride 0.9 % infusion', [125, 'mL'], undefined, {
        route: { text: 'intravenous' },
        text: 'sodium chloride 0.9 % 125 mL/h iv continuous',
      }),
      {
        resourceType: 'MedicationAdministration',
        id: 'bedside-held',
        status: 'not-done',
        statusReason: [
          { coding: [{ system: 'https://lamplight.dev/fhir/CodeSystem/administration-outcome', code: 'held' }] },
          {
            coding: [{ system: 'https://lamplight.dev/fhir/CodeSystem/administration-reason', code: 'vital-sign' }],
            text: 'vital-sign: pulse 48',
          },
        ],
        subject,
        medicationCodeableConcept: { text: 'Metoprolol tartrate 25 MG Oral Tablet' },
        request: { reference: 'MedicationRequest/bedside-metoprolol' },
        effectiveDateTime: moment(-9 * 60),
        performer: [{ actor: { display: 'Amara Nwosu' } }],
      },
      {
        resourceType: 'Task',
        id: 'bedside-effect',
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'effect' }] },
        description: 'Ask what it did: Morphine sulfate 15 MG Oral Tablet',
        focus: { reference: 'MedicationAdministration/bedside-held' },
        for: subject,
        restriction: { period: { start: moment(-90), end: moment(-30) } },
      },
      {
        resourceType: 'DetectedIssue',
        id: 'bedside-override',
        status: 'final',
        severity: 'moderate',
        patient: subject,
        implicated: [{ reference: 'MedicationRequest/bedside-metoprolol' }],
        detail: 'Metoprolol and diltiazem slow the heart (shown). Watch the pulse.',
        mitigation: [
          {
            action: { coding: [{ code: 'will-monitor' }], text: 'Pulse before each dose' },
            date: moment(-3000),
            author: { display: 'Dr Okafor' },
          },
        ],
      },
      {
        resourceType: 'Task',
        id: 'bedside-verify',
        status: 'requested',
        intent: 'order',
        code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'verify' }] },
        focus: { reference: 'MedicationRequest/bedside-metoprolol' },
        for: subject,
      },
      {
        resourceType: 'AllergyIntolerance',
        id: 'bedside-allergy',
        patient: subject,
        code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'No known allergy' },
        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      },
    ]) {
      const answer = await stage.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
      expect([200, 201], answer.text).toContain(answer.status);
    }
    const second = await stage.call('POST', '/accounts', { body: { name: 'grace', password: secondPassword, role: 'nurse' } });
    expect(second.status, second.text).toBe(201);
    nurse = await stage.visit('nurse', { width: 1024, height: 768 });
  });
  afterAll(async () => {
    await nurse?.close();
    await stage?.close();
  });

  it('opens the patient whose wristband is scanned, with what is due and what the prescriber said', async () => {
    const { page } = nurse;
    await nurse.open('bedside');
    await page.locator('nav[aria-label="Whose doses"] .chip').first().click();
    await page.locator('.ward-doses-row').first().waitFor();
    await page.getByText('Being fetched').first().waitFor({ state: 'detached' });
    await nurse.look('bedside-ward');
    // Patients stand apart: a dose is not read as one of the next bed.
    const [first, second] = [await page.locator('.ward-doses-row').nth(0).boundingBox(), await page.locator('.ward-doses-row').nth(1).boundingBox()]; // biome-ignore format: a pair
    expect(second!.y - (first!.y + first!.height)).toBeGreaterThanOrEqual(6);
    await scan(band(gsrn));
    await page.waitForURL('**/app/bedside?patient=bedside-1');
    await shows('Scan the drug');
    const overdue = page.locator('button.due-row', { hasText: /Overdue/ });
    await overdue.getByText('Ordered against an alert').waitFor();
    expect(await overdue.textContent()).toMatch(/Not verified by pharmacy.*will monitor: Pulse before each dose \(Dr Okafor\)/);
    expect(await page.locator('.due-row', { hasText: /insulin/i }).textContent()).toMatch(/High alert/);
    await nurse.look('bedside-due');
  });

  it('stops at the wristband of somebody else, and does not type a scan into a field', async () => {
    const { page } = nurse;
    await page.keyboard.press('n');
    await shows('Scan the wristband');
    await page.keyboard.press('u');
    const field = page.getByLabel('The digits below the bars');
    await field.fill('12');
    await scan(band(otherGsrn));
    await shows('Wrong patient');
    expect(await page.getByRole('button', { name: /Record:/ }).count()).toBe(0);
    await nurse.look('bedside-wrong-patient');
    expect(await field.inputValue()).toBe('12');
    await page.keyboard.press('F9');
    await page.getByRole('button', { name: /Begin again/ }).click();
    expect((await stage.call('GET', '/fhir/MedicationAdministration?patient=bedside-1&_summary=count')).json?.total).toBe(1);
  });

  it('asks for one more tablet, and records the dose once although the answer was lost', async () => {
    const { page } = nurse;
    await scan(band(gsrn));
    await shows('Scan the drug');
    await scan(tablet('S1'));
    await shows('Scan one more');
    await page.getByText('325 of 650 mg').waitFor();
    await nurse.look('bedside-one-more');
    await scan(tablet('S2'));
    await shows('Right patient, right drug, right dose');
    // The server records it, and the answer never comes.
    let lost = false;
    let recorded = 0;
    await page.route('**/medication/administer', async (route) => {
      if (lost) return route.continue();
      lost = true;
      recorded = (await fetchAsPage(route)).status();
      await route.abort('connectionreset');
    });
    await page.keyboard.press('F9');
    await shows('it may be recorded, or not');
    expect(recorded).toBe(201);
    await page.getByRole('button', { name: 'Ask now' }).click();
    await page.locator('.bedside-said', { hasText: 'Given: ' }).waitFor();
    nurse.complaints.splice(0, nurse.complaints.length, ...nurse.complaints.filter((one) => !one.includes('ERR_CONNECTION_RESET')));
    const { json } = await stage.call('GET', '/fhir/MedicationAdministration?request=MedicationRequest/bedside-apap');
    expect(json?.entry).toHaveLength(1);
    expect(json?.entry?.[0]?.resource).toMatchObject({ status: 'completed', dosage: { dose: { value: 650, unit: 'mg' } } });
    // Who lies there is known: the next drug can be scanned.
    await shows('Scan the drug');
  });

  it('reads a code by camera, and gives against warnings only with a reason', async () => {
    const { page } = nurse;
    const png = await bwipjs.toBuffer({
      bcid: 'gs1datamatrix',
      text: `(01)${metoprolol}(17)301231(10)B2`,
      scale: 8,
      padding: 20,
      backgroundcolor: 'FFFFFF',
    });
    await page.evaluate(`(async () => {
      const image = new Image();
      image.src = 'data:image/png;base64,${png.toString('base64')}';
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [640, 480];
      const pen = canvas.getContext('2d');
      const draw = () => {
        pen.fillStyle = '#fff';
        pen.fillRect(0, 0, 640, 480);
        pen.drawImage(image, 120, 40, 400, 400);
      };
      draw();
      setInterval(draw, 50);
      navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
    })()`);
    await page.keyboard.press('c');
    await page.getByText(/Metoprolol.*use by 2030/).waitFor();
    expect(await page.locator('.band-reasons').textContent()).toMatch(/pulse.*measure it/i);
    expect(await page.getByRole('button', { name: /Record/ }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Held' }).click();
    await page.getByRole('button', { name: 'Vital sign', exact: true }).click();
    await nurse.look('bedside-held');
    await page.keyboard.press('F9');
    await page.locator('.bedside-said', { hasText: 'Held: ' }).waitFor();
  });

  it('gives a high-alert drug only with a colleague who signs in on the spot, whose password is kept nowhere', async () => {
    const { page } = nurse;
    await shows('Scan the drug');
    await scan(`]d201${insulin}1730123110A1`);
    await shows('second person');
    await page.getByLabel(/The dose that you give/).fill('6 units');
    await page.getByRole('button', { name: 'left arm' }).click();
    await page.getByRole('button', { name: 'Checked by hand' }).click();
    await page.getByRole('button', { name: /Second person signs/ }).click();
    const dialog = page.getByRole('dialog');
    const sign = async (password: string) => {
      await dialog.getByLabel('Name of the second person').fill('grace');
      await dialog.getByLabel('Their password').fill(password);
      await dialog.getByLabel('Their password').press('Enter');
    };
    await sign('a guess of mine');
    await dialog.getByText('could not be recognised').waitFor();
    expect(await dialog.getByLabel('Their password').inputValue()).toBe('');
    nurse.complaints.splice(0, nurse.complaints.length, ...nurse.complaints.filter((one) => !one.includes('403')));
    await nurse.look('bedside-second-person');
    await sign(secondPassword);
    await page.locator('.bedside-said', { hasText: 'Given: ' }).waitFor();
    const { json } = await stage.call('GET', '/fhir/MedicationAdministration?request=MedicationRequest/bedside-insulin');
    expect(JSON.stringify(json?.entry?.[0]?.resource)).toContain('grace');
    const kept = 'JSON.stringify([location.href, {...localStorage}, {...sessionStorage}, history.state])';
    expect(await page.evaluate(kept)).not.toContain('rosemary');
  });

  it('asks what a dose did, in two presses', async () => {
    const { page } = nurse;
    const asked = page.getByRole('region', { name: 'Effects to ask' });
    await asked.getByText('▲ Overdue').waitFor();
    await asked.getByRole('button', { name: 'Better', exact: true }).click();
    await asked.getByRole('button', { name: '3', exact: true }).click();
    await asked.getByText(/Better, pain 3/).waitFor();
    const { json } = await stage.call(
      'GET',
      '/fhir/Observation?patient=bedside-1&code=https://lamplight.dev/fhir/CodeSystem/dose-effect|effect',
    );
    expect(json?.entry?.[0]?.resource).toMatchObject({ component: [{ valueInteger: 3 }] });
  });

  it('gives before there is an order, and the prescriber acknowledges it', async () => {
    const { page } = nurse;
    await page.keyboard.press('n');
    await shows('Scan the wristband');
    await scan(band(gsrn));
    await shows('Scan the drug');
    await page.getByRole('button', { name: /No order yet/ }).click();
    const form = page.getByRole('region', { name: 'No order yet' });
    await form.getByRole('button', { name: 'Emergency' }).click();
    await form.getByLabel('Who asked for it').fill('test-clinician');
    await form.getByLabel('The drug, if it cannot').fill('furosemide 40 mg iv');
    await form.getByLabel('The dose that you give').fill('40 mg');
    await page.locator('.band-reasons', { hasText: 'before there is an order' }).waitFor();
    await page.locator('[aria-label="No order yet"]').scrollIntoViewIfNeeded();
    const why = page.getByRole('button', { name: 'Patient needs it now' });
    if (await why.isVisible()) await why.click();
    await page.screenshot({ path: nurse.picture('bedside-before-order') });
    await page.keyboard.press('F9');
    await page.locator('.bedside-said', { hasText: 'asked to acknowledge' }).waitFor();
    const written = await stage.call('PUT', '/fhir/MedicationRequest/bedside-furosemide', {
      body: order('furosemide', 'furosemide 40 mg iv once', [40, 'mg'], undefined, { text: 'furosemide 40 mg iv once' }),
    });
    expect(written.status, written.text).toBe(201);
    const prescriber = await stage.visit('clinician');
    await prescriber.open('work');
    await prescriber.page.getByRole('button', { name: 'Acknowledge: furosemide' }).click();
    await prescriber.page.getByRole('button', { name: /It is this order: furosemide 40 mg iv once/ }).click();
    await prescriber.page.getByText(/Acknowledged: furosemide/).waitFor();
    await prescriber.close();
    const { json } = await stage.call('GET', '/fhir/MedicationAdministration?request=MedicationRequest/bedside-furosemide');
    expect(json?.entry).toHaveLength(1);
  });

  it('shows in the record of 24 hours what was given and held, by whom and why, also on paper', async () => {
    const { page } = nurse;
    await page.keyboard.press('m');
    await page.locator('.mar .mar-given').first().waitFor();
    expect(await page.locator('.mar .mar-held').allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/AN.*pulse 48/)]));
    await nurse.look('bedside-grid');
    await page.locator('.mar .mar-given').first().click();
    await page.getByRole('dialog').getByText('650').waitFor();
    await page.keyboard.press('Escape');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.screenshot({ path: nurse.picture('bedside-paper'), fullPage: true });
    expect(await page.locator('.mar-list').isVisible()).toBe(true);
    const paper = await page.locator('.mar-list').textContent();
    expect(paper).toMatch(/Acetaminophen[\s\S]*Given[\s\S]*650/);
    expect(paper).toMatch(/Morphine[\s\S]*given by ____/);
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
  });

  it('reports what was scanned, judging nothing of few, and prints a wristband', async () => {
    const { page } = nurse;
    await page.emulateMedia({ media: 'screen' });
    await nurse.open('bedside?view=reports');
    const tile = page.getByRole('region', { name: 'Wristband scanned' });
    await tile.getByText('Few: not judged').waitFor();
    await nurse.look('bedside-reports');
    expect(await page.getByRole('link', { name: 'Download as CSV' }).getAttribute('href')).toMatch(/format=csv/);
    await nurse.open('bedside?patient=bedside-1');
    const asked = page.waitForResponse('**/medication/labels');
    await page.getByRole('button', { name: 'Wristband', exact: true }).click();
    const printed = await asked;
    expect([printed.status(), printed.headers()['content-type']]).toEqual([200, 'application/pdf']);
    for (const [name, width, height] of [
      ['tablet', 800, 1180],
      ['narrow', 390, 844],
    ] as const) {
      await page.bringToFront();
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: nurse.picture(`bedside-${name}`) });
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), name).toBe(true);
    }
  });

  it('copies what was given on paper by the bundle of the ward, refuses a forged one, and shows what does not fit before it is sent', async () => {
    const { page } = nurse;
    await page.setViewportSize({ width: 1280, height: 720 });
    await nurse.open('bedside?ward=Willow');
    const bundle = page.getByRole('link', { name: 'Downtime bundle' });
    const taken = await stage.call('GET', (await bundle.getAttribute('href')) ?? '');
    expect(taken.status, taken.text).toBe(200);
    const stopped = { order: 'MedicationRequest/bedside-amlodipine', reason: 'blood pressure is low' };
    expect((await stage.call('POST', '/medication/stop', { body: stopped })).status).toBe(200);
    await page.getByRole('button', { name: 'After a downtime' }).click();
    const file = page.locator('input[type=file]');
    const bring = (text: string) => file.setInputFiles({ name: 'downtime.json', mimeType: 'application/json', buffer: Buffer.from(text) });
    await bring('{"no":"bundle"}');
    await page.getByText('This file is no bundle of a downtime').waitFor();
    await bring(taken.text.replaceAll('ramipril', 'digoxin'));
    await page.getByText('it was changed, or is not of this system').waitFor();
    nurse.complaints.splice(0, nurse.complaints.length, ...nurse.complaints.filter((one) => !one.includes('400')));
    await nurse.look('downtime-choose');
    await bring(taken.text);
    await page.getByText('Willow, 2 patients').waitFor();
    const orders = page.getByRole('navigation', { name: 'Orders of the bundle' });
    const put = page.getByRole('button', { name: 'Put on the list' });
    const due = page.getByRole('group', { name: 'It was due' }).getByRole('button').first();
    await orders.getByRole('button', { name: /ramipril/ }).click();
    await due.click();
    await page.getByRole('button', { name: 'Held' }).click();
    expect(await put.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Vital sign', exact: true }).click();
    await put.click();
    await page.getByText('✓ Fits the record').waitFor();
    await orders.getByRole('button', { name: /amlodipine/ }).click();
    await due.click();
    await put.click();
    await page.getByText('Does not fit: The order is stopped now').waitFor();
    await orders.getByRole('button', { name: /Insulin/ }).click();
    await page.getByLabel('When, as it stands').fill(local(-90));
    await page.getByText('who signed the paper as the second').waitFor();
    await page.getByLabel('Second person').fill('Grace');
    await put.click();
    await page.getByText('Grace stands on the paper').waitFor();
    // A scan goes into the form; what is half written is there again after the page was loaded anew.
    await orders.getByRole('button', { name: /torsemide/ }).click();
    await due.click();
    await scan(`]d201${metoprolol}1730123110T9`);
    await page.evaluate('scrollTo(0, 0)');
    await nurse.look('downtime-dose');
    await page.waitForTimeout(1200);
    await page.reload();
    await page.getByText('Willow, 2 patients').waitFor();
    expect(await page.getByLabel('Product: scan it').inputValue()).toContain(metoprolol);
    expect(await page.getByRole('region', { name: 'To be sent' }).locator('li').count()).toBe(3);
    await put.click();
    await page.getByText(/Look at the paper again: .*(Metoprolol|torsemide)/i).waitFor();
    // What stands half below the head of the page is no target.
    await page.evaluate('scrollTo(0, 0)');
    await nurse.look('downtime-copied');
    await page.screenshot({ path: nurse.picture('downtime-copied-whole'), fullPage: true });
    await page.setViewportSize({ width: 800, height: 1180 });
    await page.screenshot({ path: nurse.picture('downtime-copied-tablet') });
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    // The server takes one of them not: it stays on the list.
    await page.route('**/medication/downtime/reconcile', async (route) => {
      const sent = JSON.parse(route.request().postData() ?? '{}') as { check?: boolean };
      const answer = await fetchAsPage(route);
      if (sent.check === true) return route.fulfill({ response: answer });
      const json = (await answer.json()) as { doses: { outcome: string; why?: string }[] };
      const doses = json.doses.map((one) => (one.outcome === 'written' ? { ...one, outcome: 'failed', why: 'busy just now' } : one));
      return route.fulfill({ response: answer, json: { ...json, doses } });
    });
    await page.getByRole('button', { name: /Send 4 doses: 2 will wait/ }).click();
    await page.locator('.bedside-said', { hasText: '2 were not taken and stay here' }).waitFor();
    await page.unroute('**/medication/downtime/reconcile');
    // What had been recorded all the same is known when it is sent again.
    await page.getByText('✓ It stands in the record already').first().waitFor();
    await page.getByRole('button', { name: /Send 2 doses/ }).click();
    await page.locator('.bedside-said', { hasText: '2 stood there already' }).waitFor();
    const after = page.getByRole('region', { name: 'After the downtime' });
    await after.getByText('The order is stopped now').waitFor();
    const { json } = await stage.call('GET', '/fhir/MedicationAdministration?request=MedicationRequest/bedside-ramipril');
    expect(json?.entry).toHaveLength(1);
    expect(json?.entry?.[0]?.resource).toMatchObject({ status: 'not-done', performer: [{ actor: { display: 'test-nurse' } }] });
    await page.getByRole('button', { name: 'Done with this bundle' }).click();
    await page.waitForURL('**/app/bedside');
    expect(nurse.complaints).toEqual([]);
  });

  it('hangs a bag on a pump, says what to set, and tells when the pump does otherwise or falls silent', async () => {
    const { page } = nurse;
    const bag = withCheck('0030001009051');
    const thirdGsrn = withCheck('95011015300100013');
    for (const resource of [
      person('bedside-3', 'Drip', 'MRN-70003', thirdGsrn),
      {
        resourceType: 'AllergyIntolerance',
        id: 'bedside-3-none',
        patient: { reference: 'Patient/bedside-3' },
        code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'No known allergy' },
        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      },
      product('dopamine', 'Dopamine 1.6 MG/ML Injectable Solution 250 mL bag', bag),
      {
        ...order('dopamine', 'Dopamine 1.6 MG/ML Injectable Solution', [0, 'mg'], undefined),
        subject: { reference: 'Patient/bedside-3' },
        dosageInstruction: [
          { route: { text: 'intravenous' }, text: 'continuous', doseAndRate: [{ rateQuantity: { value: 16, unit: 'mg/h' } }] },
        ],
      },
    ]) {
      const put = await stage.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
      expect([200, 201], put.text).toContain(put.status);
    }
    const say = async (minutes: number, state: string, rate: number, more: object[] = [], number = '12'): Promise<void> => {
      const sent = await stage.call('POST', '/exchange/receive', {
        headers: { 'content-type': 'application/vnd.lamplight.devices+json' },
        body: JSON.stringify({
          device: { id: `PUMP-00${number}`, name: `Pump ${number}`, type: '69985' },
          time: moment(minutes),
          values: [{ code: '184508', value: state, components: [{ code: '157784', value: rate, unit: 'mL/h' }, ...more] }],
        }),
      });
      expect(sent.status, sent.text).toBeLessThan(300);
    };
    await say(-60, 'standby', 0);
    await nurse.open('bedside?patient=bedside-3');
    await scan(band(thirdGsrn));
    await shows('Scan the drug');
    await scan(`]d201${bag}`);
    await page.locator('.bedside-scan .band-title').filter({ hasNotText: 'Scan' }).waitFor();
    await scan(']C0PUMP-0012');
    await page.locator('.band-pump', { hasText: 'Set 10 mL/h' }).waitFor();
    await page.screenshot({ path: nurse.picture('bedside-pump-set') });
    await page.keyboard.press('F9');
    const pumps = page.getByRole('region', { name: 'On pumps' });
    await pumps.getByText('Not started').waitFor();
    await say(0.2, 'infusing', 10, [{ code: '157993', value: 1, unit: 'mL' }]);
    await pumps.getByText('✓ As ordered').waitFor();
    await say(0.4, 'infusing', 100, [{ code: '157993', value: 2, unit: 'mL' }]);
    await pumps.getByText('The pump runs at 100 mL/h, the order means 10 mL/h: go to the pump').waitFor();
    await nurse.look('bedside-pump-off');
    await say(-5, 'infusing', 40, [], '99');
    await nurse.open('bedside');
    const alone = page.getByRole('region', { name: 'Pumps that run for nobody' });
    await expect
      .poll(
        async () => {
          if ((await alone.count()) === 0) await nurse.open('bedside');
          return (await alone.count()) === 0 ? '' : await alone.textContent();
        },
        { timeout: 20_000 },
      )
      .toMatch(/Pump 99[\s\S]*nobody has scanned for whom/);
    expect(await alone.textContent()).not.toContain('Pump 12');
    await nurse.look('bedside-pump-alone');
  });

  it('shows the pharmacist what does not fit of a ward first, and who had a lot, on paper and as CSV', async () => {
    const sam = await stage.visit('pharmacist');
    const { page } = sam;
    await sam.open('loop');
    await page.getByRole('heading', { name: 'Which ward?' }).waitFor();
    await page.getByLabel('Ward').selectOption({ label: 'Willow' });
    const waiting = page.locator('.loop-row', { hasText: 'Metoprolol' });
    await waiting.getByText('Not verified').first().waitFor();
    expect(await waiting.textContent()).toMatch(/Willow 4.*BANDHOLDER|Willow 4.*Bandholder/i);
    // What does not fit stands before what does.
    const wrong = await page.locator('.loop-row').evaluateAll((rows) => rows.map((row) => row.classList.contains('loop-wrong')));
    expect(wrong).toEqual([...wrong].sort((a, b) => Number(b) - Number(a)));
    expect(wrong).toContain(false);
    await sam.look('loop');
    await page.keyboard.press('x');
    await page.waitForURL('**only=faults**');
    expect(await page.locator('.loop-row').count()).toBe(wrong.filter(Boolean).length);
    await page.keyboard.press('j');
    expect(await page.evaluate('document.activeElement.closest(".loop-row") !== null')).toBe(true);
    await page.getByRole('link', { name: 'Recall', exact: true }).click();
    await page.getByRole('heading', { name: 'Who had it?' }).waitFor();
    await page.getByLabel('Lot').fill('A1');
    await page.keyboard.press('Enter');
    const here = page.getByRole('region', { name: 'In a bed now', exact: true });
    await here.getByText('Willow 4', { exact: true }).waitFor();
    expect(await here.textContent()).toMatch(/1949.*MRN-70001.*given.*Acetaminophen.*lot A1/);
    await sam.look('loop-recall');
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    expect((await saved).suggestedFilename()).toBe('recall-A1.csv');
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    await page.screenshot({ path: sam.picture('loop-recall-paper'), fullPage: true });
    expect(await page.getByRole('button', { name: 'Find patients' }).isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await sam.open('loop?view=recall');
    await page.getByRole('heading', { name: 'Who had it?' }).waitFor();
    await scan(']C0no-lot', sam);
    await page.getByText('holds neither a lot nor a product number').waitFor();
    expect(sam.complaints.splice(0)).toMatchObject([expect.stringContaining('400')]);
    await page.getByLabel('Lot').focus();
    await scan(`]d201${tablet325}1730123110A1\u001d21S9`, sam);
    await here.getByText('Willow 4', { exact: true }).waitFor();
    expect([await page.getByLabel('Lot').inputValue(), await page.getByLabel('NDC or GTIN').inputValue()]).toEqual(['A1', tablet325]);
    await sam.look('loop-recall-scanned');
    await sam.open('loop?view=recall&lot=NONE');
    await page.getByText('Nobody is found').waitFor();
    for (const [name, width, height] of [
      ['tablet', 800, 1180],
      ['narrow', 390, 844],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const [view, path] of [
        ['loop', 'loop?ward=bedside-ward'],
        ['recall', 'loop?view=recall&product=acetaminophen'],
      ] as const) {
        await sam.open(path);
        await page.screenshot({ path: sam.picture(`loop-${view}-${name}`) });
        expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth'), `${view} ${name}`).toBe(true);
      }
    }
    expect(sam.complaints).toEqual([]);
    await sam.close();
  });
});
