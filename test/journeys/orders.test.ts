// A physician orders: what is dangerous is said before it is signed, a reason is asked for and kept, nothing that could not be checked
// looks as if it were fine, and what was typed outlives the server.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

const hostile = `<img src=x onerror="document.title='broken'"> 400 mg \u202E po tid`;

journey('orders', () => {
  let stage: Stage;
  let physician: Visit;
  const subject = { reference: 'Patient/orders-1' };
  const allergy = {
    resourceType: 'AllergyIntolerance',
    id: 'orders-allergy',
    patient: subject,
    code: { text: 'Penicillin' },
    type: 'allergy',
    criticality: 'high',
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    verificationStatus: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-verification', code: 'confirmed' }],
    },
    reaction: [{ manifestation: [{ text: 'Anaphylaxis' }], severity: 'severe' }],
  };

  beforeAll(async () => {
    stage = await openStage();
    for (const resource of [
      {
        resourceType: 'Patient',
        id: 'orders-1',
        name: [{ family: 'Orderly', given: ['Olga'] }],
        gender: 'female',
        birthDate: '1950-02-03',
      },
      {
        resourceType: 'MedicationRequest',
        id: 'orders-warfarin',
        status: 'active',
        intent: 'order',
        subject,
        medicationCodeableConcept: { text: 'Warfarin' },
        authoredOn: '2026-11-01T08:00:00Z',
        dosageInstruction: [{ text: 'warfarin 5 mg po daily' }],
      },
      allergy,
      {
        resourceType: 'Observation',
        id: 'orders-weight',
        status: 'final',
        code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
        subject,
        effectiveDateTime: '2026-11-20T08:00:00Z',
        valueQuantity: { value: 70, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
      },
    ]) {
      const answer = await stage.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
      expect([200, 201], answer.text).toContain(answer.status);
    }
    physician = await stage.visit('clinician', { width: 1280, height: 1000 });
  });
  afterAll(async () => {
    await physician?.close();
    await stage?.close();
  });

  it('is opened from the chart by a key, and says that nothing is checked yet', async () => {
    const { page } = physician;
    await physician.open('chart/orders-1');
    await page.getByRole('button', { name: 'Order', exact: true }).waitFor();
    await page.keyboard.press('o');
    await page.waitForURL('**/app/orders?patient=orders-1');
    await page.getByText('Nothing is checked yet').waitFor();
    await page.locator('section[aria-label="Ordered now"]', { hasText: 'Warfarin' }).waitFor();
  });

  it('stands in the way of dangerous orders until each is changed or decided, and says why', async () => {
    const { page } = physician;
    await page.getByRole('combobox', { name: 'Order 1', exact: true }).fill('ibuprofen 400 mg po tid');
    await page.getByRole('combobox', { name: 'Order 1', exact: true }).press('Enter');
    await page
      .locator('.alert-interrupt, .alert-stop', { hasText: /warfarin/i })
      .first()
      .waitFor();
    await page.locator('.order-read', { hasText: /ibuprofen 400 mg, 1200 mg a day/i }).waitFor();
    await page.getByRole('combobox', { name: 'Order 2', exact: true }).fill('amoxicillin 500 mg po tid');
    await page
      .locator('.alert', { hasText: /penicillin/i })
      .first()
      .waitFor();
    await page.locator('.checked', { hasText: /checked 2 of 2/i }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign 2 orders' }).isDisabled()).toBe(true);
    expect(await page.locator('#why-not').textContent()).toMatch(/change the order or choose a reason/);
    await physician.look('orders-alerts');
    await page.keyboard.press('Control+Enter');
    expect((await stage.call('GET', '/fhir/MedicationRequest?patient=orders-1&_summary=count')).json?.total).toBe(1);
    // The allergy is heeded: the order is taken away.
    await page.getByRole('button', { name: 'Take away order 2' }).click();
    await page
      .locator('.alert', { hasText: /penicillin/i })
      .first()
      .waitFor({ state: 'detached' });
  });

  it('signs with a reason, which stands in the record with the alert, the order and the tasks', async () => {
    const { page } = physician;
    await page.locator('.checked[data-fresh=true]').waitFor();
    for (const decide of await page.locator('fieldset.alert-decide').all()) {
      await decide.getByLabel('or keep it, because').selectOption('will-monitor');
      await decide.getByLabel('In words').fill('Two days only, INR on Monday');
    }
    await page.locator('#why-not', { hasText: 'Signed with the reasons above' }).waitFor();
    await physician.look('orders-decided');
    await page.keyboard.press('Control+Enter');
    await page.locator('section[aria-label=Signed] a', { hasText: 'ibuprofen 400 mg po tid' }).waitFor();
    await page.locator('section[aria-label="Ordered now"] li', { hasText: /ibuprofen/i }).waitFor();
    await physician.look('orders-signed');
    const issues = await stage.call('GET', '/fhir/DetectedIssue?patient=orders-1');
    expect(issues.text).toContain('Two days only, INR on Monday');
    const tasks = await stage.call('GET', '/fhir/Task?patient=orders-1&code=http://lamplight.example/CodeSystem/medication-task|verify');
    expect(tasks.json?.entry).toHaveLength(1);
    await physician.open('chart/orders-1');
    await page.locator('section[aria-label="Active medication"] li', { hasText: /ibuprofen/i }).waitFor();
  });

  it('says of what it cannot read that it is not checked, and runs nothing of it', async () => {
    const { page } = physician;
    await physician.open('orders?patient=orders-1');
    await page.getByRole('combobox', { name: 'Order 1', exact: true }).fill(hostile);
    await page.getByText('No drug was found in it').waitFor();
    await page.locator('#why-not', { hasText: 'No drug was found in order 1' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign the order' }).isDisabled()).toBe(true);
    expect(await page.title()).not.toBe('broken');
    expect(await page.getByRole('combobox', { name: 'Order 1', exact: true }).inputValue()).not.toContain('\u202E');
  });

  it('takes the ticked orders of an order set as lines that are checked like others', async () => {
    const { page } = physician;
    await page.getByRole('button', { name: 'Order set' }).click();
    await page.getByLabel('What for').fill('pneum');
    await page.getByRole('button', { name: /Community-acquired pneumonia/ }).click();
    await physician.look('orders-set');
    await page.getByRole('button', { name: 'Add 2 orders' }).click();
    await page.locator('.order-read', { hasText: /azithromycin 500 mg/i }).waitFor();
    // The allergy to penicillin and warfarin are looked at for these too.
    await page.locator('.alerts .card').first().waitFor();
    // They are taken away again, one after the other; what is read of the lines moves them while it comes.
    const first = page.getByRole('combobox', { name: 'Order 1', exact: true });
    const takeAway = async (): Promise<string> => {
      if ((await first.inputValue()) !== '') await page.getByRole('button', { name: 'Take away order 1' }).click();
      return first.inputValue();
    };
    await expect.poll(takeAway, { timeout: 30_000, interval: 700 }).toBe('');
  });

  it('reckons a dose by the weight in the chart and puts it into the order', async () => {
    const { page } = physician;
    const order = page.getByRole('combobox', { name: 'Order 1', exact: true });
    await order.fill('paracetamol po qid');
    await page.getByRole('button', { name: 'Dose by weight' }).click();
    await page.getByText('In the chart: 70').waitFor();
    await page.getByLabel('mg for each kg, a dose').fill('15');
    await page.getByText('15 mg/kg × 70 kg = 1050 mg').waitFor();
    await page.screenshot({ path: physician.picture('orders-dose') });
    await page.keyboard.press('Enter');
    await expect.poll(() => order.inputValue()).toBe('paracetamol po qid 1050 mg');
    await page.locator('.order-read', { hasText: '1050 mg, 4200 mg a day' }).waitFor();
    // On a tablet nothing lies beside the screen.
    await page.setViewportSize({ width: 800, height: 1100 });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(800);
    await page.screenshot({ path: physician.picture('orders-tablet') });
    await page.setViewportSize({ width: 1280, height: 1000 });
  });

  it('keeps what is typed while the server is away, and signs nothing unchecked', async () => {
    const { page } = physician;
    await page.route('**/medication/check', (route) => route.abort());
    await page.getByRole('combobox', { name: 'Order 1', exact: true }).fill('paracetamol 1 g po qid');
    await page.locator('.checked-failed', { hasText: 'Not checked' }).waitFor();
    expect(await page.getByRole('button', { name: 'Sign the order' }).isDisabled()).toBe(true);
    await page.locator('.draft-state', { hasText: 'Kept here' }).waitFor();
    await page.unroute('**/medication/check');
    physician.complaints.length = 0;
    await physician.open('orders?patient=orders-1');
    expect(await page.getByRole('combobox', { name: 'Order 1', exact: true }).inputValue()).toBe('paracetamol 1 g po qid');
    await page.locator('.checked[data-fresh=true]').waitFor();
  });

  it('writes nothing where the record changed at the last moment, and shows the alert that nobody has decided', async () => {
    const { page } = physician;
    await page.route(
      '**/medication/sign',
      async (route) => {
        const recorded = await stage.call('POST', '/fhir/AllergyIntolerance', {
          body: { ...allergy, id: undefined, code: { text: 'Paracetamol' } },
        });
        expect(recorded.status).toBe(201);
        await route.continue();
      },
      { times: 1 },
    );
    for (const decide of await page.locator('fieldset.alert-decide').all()) {
      await decide.getByLabel('or keep it, because').selectOption('no-alternative');
      await decide.getByLabel('In words').fill('Nothing else was possible');
    }
    await page.locator('#why-not', { hasText: 'Ctrl+Enter' }).waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Nothing was signed: an alert that was not in sight').waitFor();
    await page
      .locator('.alert', { hasText: /allergy to Paracetamol/i })
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Sign the order' }).isDisabled()).toBe(true);
    expect((await stage.call('GET', '/fhir/MedicationRequest?patient=orders-1&_summary=count')).json?.total).toBe(2);
  });

  it('stops an order from an alert that speaks of it, and from the list beside it', async () => {
    const { page } = physician;
    await page.unroute('**/medication/sign');
    // The refusal before this one was meant.
    physician.complaints.length = 0;
    await physician.open('orders?patient=orders-1');
    await page.getByRole('combobox', { name: 'Order 1', exact: true }).fill('aspirin 325 mg po daily');
    const alert = page.locator('.alert-interrupt, .alert-stop', { hasText: /warfarin/i }).first();
    await alert.getByRole('button', { name: 'Stop Warfarin instead' }).click();
    expect(await page.getByLabel('Why Warfarin is stopped').inputValue()).not.toBe('');
    await physician.look('orders-stop');
    await page.getByLabel('Why Warfarin is stopped').fill('Not needed after the operation');
    await page.getByRole('button', { name: 'Stop it' }).click();
    await page.locator('section[aria-label="Ordered now"] li', { hasText: 'Warfarin' }).waitFor({ state: 'detached' });
    await alert.waitFor({ state: 'detached' });
    const stopped = await stage.call('GET', '/fhir/MedicationRequest/orders-warfarin');
    expect(stopped.json).toMatchObject({ status: 'stopped', statusReason: { text: 'Not needed after the operation' } });
    // Kept after all: nothing is written.
    const beside = page.locator('section[aria-label="Ordered now"] li', { hasText: /ibuprofen/i });
    await beside.getByRole('button', { name: /^Stop/ }).click();
    expect(await beside.getByRole('button', { name: 'Stop it' }).isDisabled()).toBe(true);
    await physician.look('orders-stop-beside');
    await beside.getByRole('button', { name: 'Keep it' }).click();
    await beside.getByRole('button', { name: /^Stop/ }).waitFor();
  });

  it('shows the pharmacist what came from elsewhere with what nobody has seen', async () => {
    const order = {
      resourceType: 'MedicationRequest',
      id: 'orders-elsewhere',
      status: 'active',
      intent: 'order',
      subject,
      authoredOn: new Date().toISOString(),
      medicationCodeableConcept: { text: 'Amoxicillin' },
      dosageInstruction: [{ text: 'amoxicillin 500 mg po tid' }],
    };
    expect((await stage.call('PUT', '/fhir/MedicationRequest/orders-elsewhere', { body: order })).status).toBe(201);
    const administrator = await stage.visit();
    const { page } = administrator;
    await administrator.open('verification');
    await page.locator('section[aria-label=Waiting] li', { hasText: 'From elsewhere' }).locator('a', { hasText: 'Amoxicillin' }).click();
    await page.locator('.verification-recheck', { hasText: 'It came from elsewhere' }).waitFor();
    await page.locator('.verification-alerts', { hasText: /penicillin/i }).waitFor();
    await administrator.look('verification-elsewhere');
    await administrator.close();
  });

  it('shows the pharmacist the order with its reasons, and holds it where it is returned', async () => {
    const administrator = await stage.visit();
    const { page } = administrator;
    await administrator.open('verification');
    await page.locator('section[aria-label=Waiting] a', { hasText: 'ibuprofen' }).click();
    await page.locator('.verification-overridden', { hasText: 'Two days only, INR on Monday' }).waitFor();
    await administrator.look('verification');
    await page.getByLabel('or return it, because').fill('Paracetamol would do');
    // The keys of verifying do nothing while a reason against it stands there.
    await page.keyboard.press('Control+Enter');
    await page.getByRole('button', { name: 'Return', exact: true }).click();
    await page.getByText('Returned, the order is on hold: ibuprofen').waitFor();
    const rejected = await stage.call('GET', '/fhir/Task?patient=orders-1&status=rejected');
    expect(rejected.json?.['entry']?.[0]?.['resource']).toMatchObject({ statusReason: { text: 'Paracetamol would do' } });
    expect((await stage.call('GET', '/fhir/MedicationRequest?patient=orders-1&status=on-hold&_summary=count')).json?.total).toBe(1);
    await administrator.close();
  });
});
