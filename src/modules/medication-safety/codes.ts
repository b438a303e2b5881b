// Codes of our own by which what the checks left in the record is found again: the rule of a DetectedIssue, what a Task asks for.
export const ruleSystem = 'http://lamplight.example/CodeSystem/medication-rule';
export const taskSystem = 'http://lamplight.example/CodeSystem/medication-task';
export const reasonSystem = 'http://lamplight.example/CodeSystem/override-reason';
export const categorySystem = 'http://lamplight.example/CodeSystem/safety-category';
/** Of Task.input: the laboratory of the knowledge that is to be looked at. */
export const monitoredSystem = 'http://lamplight.example/CodeSystem/monitored-laboratory';
