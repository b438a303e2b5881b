// A made-up document of nobody, for tests: header, an allergy, a problem, a medicine, a result, a section without templates.

export const made = `<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <realmCode code="US"/>
  <typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>
  <templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/>
  <id root="2.999.1" extension="doc-1"/>
  <code code="34133-9" codeSystem="2.16.840.1.113883.6.1" displayName="Summarization of Episode Note"/>
  <title>Summary of  Ada</title>
  <effectiveTime value="20240305101500+0100"/>
  <confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>
  <languageCode code="en-US"/>
  <recordTarget><patientRole>
    <id root="2.999.2" extension="p-7"/>
    <addr use="HP"><streetAddressLine>1 Long &amp; Winding Rd</streetAddressLine><city>Elsewhere</city><state>OR</state></addr>
    <telecom use="MC" value="tel:+1-555-0100"/>
    <patient>
      <name use="L"><given>Ada</given><given qualifier="IN">M</given><family>Example</family></name>
      <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/>
      <birthTime value="19700102"/>
      <raceCode code="2106-3" codeSystem="2.16.840.1.113883.6.238" displayName="White"/>
      <ethnicGroupCode code="2186-5" codeSystem="2.16.840.1.113883.6.238" displayName="Not Hispanic or Latino"/>
    </patient>
  </patientRole></recordTarget>
  <author><time value="20240305101500+0100"/><assignedAuthor><id root="2.16.840.1.113883.4.6" extension="1234567893"/>
    <addr nullFlavor="UNK"/><telecom value="tel:+1-555-0101" use="WP"/>
    <assignedPerson><name><given>Hy</given><family>Doctor</family></name></assignedPerson></assignedAuthor></author>
  <custodian><assignedCustodian><representedCustodianOrganization><id root="2.999.3"/><name>House of Tests</name></representedCustodianOrganization></assignedCustodian></custodian>
  <component><structuredBody>
    <component><section>
      <templateId root="2.16.840.1.113883.10.20.22.2.6.1" extension="2015-08-01"/>
      <code code="48765-2" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Allergies</title>
      <text><list listType="ordered"><item ID="a1"><content ID="a1s" styleCode="Bold">Walnut &lt;raw&gt;</content>: <content ID="a1r">hives</content></item></list>
        <paragraph>See <linkHtml href="https://example.org/x">this</linkHtml>, not <linkHtml href="javascript:alert(1)">that</linkHtml>.<script>bad()</script></paragraph></text>
      <entry><act classCode="ACT" moodCode="EVN">
        <templateId root="2.16.840.1.113883.10.20.22.4.30"/>
        <id root="2.999.4" extension="c-1"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
        <effectiveTime><low value="20200101"/></effectiveTime>
        <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
          <templateId root="2.16.840.1.113883.10.20.22.4.7"/>
          <id root="2.999.4" extension="a-1"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/>
          <statusCode code="completed"/><effectiveTime><low value="1999"/></effectiveTime>
          <value xsi:type="CD" code="414285001" codeSystem="2.16.840.1.113883.6.96"/>
          <participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT">
            <code code="x-walnut" codeSystem="2.999.5"><originalText><reference value="#a1s"/></originalText></code></playingEntity></participantRole></participant>
          <entryRelationship typeCode="MFST" inversionInd="true"><observation classCode="OBS" moodCode="EVN">
            <templateId root="2.16.840.1.113883.10.20.22.4.9"/>
            <code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><text><reference value="#a1r"/></text><statusCode code="completed"/>
            <value xsi:type="CD" code="x-hives" codeSystem="2.999.5" displayName="Hives"/>
            <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN">
              <templateId root="2.16.840.1.113883.10.20.22.4.8"/><code code="SEV" codeSystem="2.16.840.1.113883.5.4"/>
              <value xsi:type="CD" code="6736007" codeSystem="2.16.840.1.113883.6.96"/></observation></entryRelationship>
          </observation></entryRelationship>
        </observation></entryRelationship>
      </act></entry>
    </section></component>
    <component><section>
      <code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Problems</title>
      <text><table><thead><tr><th>What</th></tr></thead><tbody><tr><td ID="p1">Made-up fever</td></tr></tbody></table></text>
      <entry><observation classCode="OBS" moodCode="EVN">
        <id root="2.999.6" extension="p-1"/>
        <code code="75323-6" codeSystem="2.16.840.1.113883.6.1"/>
        <effectiveTime><low value="20210203"/><high value="20210301"/></effectiveTime>
        <value xsi:type="CD" code="x-fever" codeSystem="2.999.5" displayName="Fever"/></observation></entry>
    </section></component>
    <component><section>
      <templateId root="2.16.840.1.113883.10.20.22.2.1.1"/>
      <code code="10160-0" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Medications</title>
      <text><content ID="m1">Testamol 10 mg twice a day</content></text>
      <entry><substanceAdministration classCode="SBADM" moodCode="INT">
        <templateId root="2.16.840.1.113883.10.20.22.4.16"/>
        <id root="2.999.7" extension="m-1"/><text><reference value="#m1"/></text><statusCode code="active"/>
        <effectiveTime xsi:type="IVL_TS"><low value="20240101"/></effectiveTime>
        <effectiveTime xsi:type="PIVL_TS" operator="A"><period value="12" unit="h"/></effectiveTime>
        <doseQuantity value="10.0" unit="mg"/>
        <consumable><manufacturedProduct><manufacturedMaterial><code code="x-1" codeSystem="2.16.840.1.113883.6.88" displayName="Testamol"/></manufacturedMaterial></manufacturedProduct></consumable>
        <precondition><criterion><value xsi:type="CD" code="x-pain" codeSystem="2.999.5" displayName="Pain"/></criterion></precondition>
      </substanceAdministration></entry>
    </section></component>
    <component><section>
      <templateId root="2.16.840.1.113883.10.20.22.2.3.1"/>
      <code code="30954-2" codeSystem="2.16.840.1.113883.6.1"/>
      <title>Results</title>
      <text>Potassium low<footnote ID="f1">measured twice</footnote></text>
      <entry><organizer classCode="CLUSTER" moodCode="EVN">
        <templateId root="2.16.840.1.113883.10.20.22.4.1"/>
        <id root="2.999.8" extension="r-0"/><code code="24323-8" codeSystem="2.16.840.1.113883.6.1"/><statusCode code="completed"/>
        <component><observation classCode="OBS" moodCode="EVN">
          <templateId root="2.16.840.1.113883.10.20.22.4.2"/>
          <id root="2.999.8" extension="r-1"/><code code="2823-3" codeSystem="2.16.840.1.113883.6.1" displayName="Potassium"/>
          <statusCode code="completed"/><effectiveTime value="202403050830"/>
          <value xsi:type="PQ" value="3.10" unit="mmol/L"/>
          <interpretationCode code="L" codeSystem="2.16.840.1.113883.5.83"/>
          <referenceRange><observationRange><value xsi:type="IVL_PQ"><low value="3.5" unit="mmol/L"/><high value="5.0" unit="mmol/L"/></value></observationRange></referenceRange>
        </observation></component>
        <component><observation classCode="OBS" moodCode="EVN">
          <templateId root="2.16.840.1.113883.10.20.22.4.2"/>
          <id root="2.999.8" extension="r-2"/><code code="2951-2" codeSystem="2.16.840.1.113883.6.1"/>
          <statusCode code="completed"/><value xsi:type="IVL_PQ"><high value="5" unit="mmol/L" inclusive="false"/></value>
        </observation></component>
        <component><observation classCode="OBS" moodCode="EVN">
          <templateId root="2.16.840.1.113883.10.20.22.4.2"/>
          <id root="2.999.8" extension="r-3"/><code code="2075-0" codeSystem="2.16.840.1.113883.6.1"/>
          <statusCode code="completed"/><value xsi:type="PQ" nullFlavor="NASK"/>
        </observation></component>
      </organizer></entry>
    </section></component>
    <component><section nullFlavor="NI"><code code="18776-5" codeSystem="2.16.840.1.113883.6.1"/><title>Plan</title><text>No information</text>
      <entry><regionOfInterest classCode="ROIOVL" moodCode="EVN"><templateId root="2.999.9"/><id root="2.999.10"/><code code="ELLIPSE"/><value value="3"/></regionOfInterest></entry>
    </section></component>
  </structuredBody></component>
</ClinicalDocument>
`;

export const context = { sender: 'test', receivedAt: new Date('2024-03-05T12:00:00Z'), timeZone: 'Europe/London' };
