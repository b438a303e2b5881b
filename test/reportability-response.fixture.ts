// A Reportability Response as public health sends it, in the places that the guide gives (R1 STU 1.1), with made-up words: of two agencies, one of which
// asks for more. For src/formats/ccda/reportability-response.test.ts and test/surveillance-sending.test.ts.
const of = (template: string): string => `<templateId root="2.16.840.1.113883.10.20.15.2.${template}" extension="2017-04-01"/>`;
const phin = (name: string, code: string, display: string): string =>
  `<${name} code="${code}" codeSystem="2.16.840.1.114222.4.5.274" displayName="${display}"/>`;
const agency = (template: string, code: string, name: string): string =>
  `<participant typeCode="LOC">${of(template)}<participantRole><code code="${code}" codeSystem="2.16.840.1.114222.4.5.232"/><playingEntity><name>${name}</name></playingEntity></participantRole></participant>`;
const judged = (code: string, display: string, why = ''): string =>
  `<component typeCode="COMP"><observation classCode="OBS" moodCode="EVN">${of('3.19')}<code code="RR1" codeSystem="2.16.840.1.114222.4.5.232"/>
${phin('value', code, display)}${why}</observation></component>`;
const why = (template: string, code: string, words: string): string =>
  `<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">${of(template)}<code code="${code}" codeSystem="2.16.840.1.114222.4.5.232"/><value>${words}</value></observation></entryRelationship>`;
const organizer = (parts: string): string =>
  `<entryRelationship typeCode="COMP"><organizer classCode="CLUSTER" moodCode="EVN">${of('3.13')}${phin('code', 'RRVS5', 'Patient home address')}${parts}</organizer></entryRelationship>`;

export const reportabilityResponse = (set: string, version: number, link = 'https://health.example/form'): string =>
  `<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/>${of('1.2')}
<id root="7d1a7c5e-6a4b-4d0e-9a0b-0d1f6f0e2a11"/><code code="88085-6" codeSystem="2.16.840.1.113883.6.1"/><title>Reportability Response</title>
<effectiveTime value="20260301120000+0000"/>
<recordTarget><patientRole><id root="2.25.1" extension="SV1014"/><patient><name><given>Ada</given><family>Counted14</family></name></patient></patientRole></recordTarget>
<component><structuredBody><component><section>${of('2.3')}<code code="88082-3" codeSystem="2.16.840.1.113883.6.1"/>
<entry><act classCode="ACT" moodCode="EVN">${of('3.9')}<code code="RR5" codeSystem="2.16.840.1.114222.4.5.232"/><reference typeCode="REFR">
<externalDocument classCode="DOCCLIN" moodCode="EVN">${of('3.10')}<id root="0a3cf3b0-0000-4000-8000-000000000001"/><setId root="${set}"/><versionNumber value="${version}"/></externalDocument>
</reference></act></entry>
<entry><act classCode="ACT" moodCode="EVN">${of('3.29')}${phin('code', 'RRVS20', 'processed with a warning')}
<entryRelationship typeCode="RSON"><observation classCode="OBS" moodCode="EVN">${of('3.21')}${phin('value', 'RRVS29', 'old list of triggers')}</observation></entryRelationship></act></entry>
</section></component><component><section>${of('2.2')}<entry typeCode="DRIV"><organizer classCode="CLUSTER" moodCode="EVN">${of('3.34')}<component>
<observation classCode="OBS" moodCode="EVN">${of('3.12')}<code code="64572001" codeSystem="2.16.840.1.113883.6.96"/>
<value code="14189004" codeSystem="2.16.840.1.113883.6.96" displayName="Measles"/>
${organizer(`${agency('4.2', 'RR8', 'Harbour Department of Health')}${agency('4.3', 'RR12', 'Authors of rules')}
${judged('RRVS1', 'Reportable', why('3.26', 'RR2', 'Suspected &amp; not excluded') + why('3.27', 'RR3', 'Diagnosis of measles'))}
<component typeCode="COMP"><observation classCode="OBS" moodCode="EVN">${of('3.14')}<code code="RR4"/><value value="24" unit="h"/></observation></component>
<component typeCode="COMP"><act classCode="ACT" moodCode="EVN">${of('3.20')}${phin('code', 'RRVS8', 'Additional reporting needs')}${phin('priorityCode', 'RRVS17', 'Immediate action required')}
<reference typeCode="REFR"><externalDocument classCode="DOC" moodCode="EVN">${of('3.17')}<code nullFlavor="OTH"><originalText>Send the form</originalText></code>
<text mediaType="text/html"><reference value="${link}"/></text></externalDocument></reference></act></component>`)}
${organizer(agency('4.3', 'RR12', 'County of Hills') + judged('RRVS4', 'No rule met'))}
</observation></component></organizer></entry></section></component></structuredBody></component></ClinicalDocument>`;
