const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const subdomainPattern = new RegExp(`^${subdomain}$`);
const labelPattern = new RegExp(`^${label}$`);
const label1035Pattern = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const qualifiedPattern = new RegExp(`^${qualified}$`);

const subdomainText = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`;
const labelText = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
const label1035Text = `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`;
const qualifiedText = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
const labelKeyText = `a valid label key ${qualifiedText} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`;
const labelValueText = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`;

/** Each `…Problems` gives the messages of what is wrong with a text; none when it is fine. */
export function subdomainProblems(text: string): string[] {
  const problems = text.length > 253 ? ['must be no more than 253 characters'] : [];
  if (!subdomainPattern.test(text)) problems.push(subdomainText);
  return problems;
}

export function dnsLabelProblems(text: string): string[] {
  const problems = text.length > 63 ? ['must be no more than 63 characters'] : [];
  if (!labelPattern.test(text)) problems.push(subdomainPattern.test(text) ? 'must not contain dots' : labelText);
  return problems;
}

export function dns1035Problems(text: string): string[] {
  const problems = text.length > 63 ? ['must be no more than 63 characters'] : [];
  if (!label1035Pattern.test(text)) problems.push(label1035Text);
  return problems;
}

/** What no name of any kind may be or contain, since names are path segments. */
export function pathSegmentProblems(text: string): string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%'].filter((char) => text.includes(char)).map((char) => `may not contain '${char}'`);
}

export function labelKeyProblems(key: string): string[] {
  const parts = key.split('/');
  if (parts.length > 2) return [labelKeyText];
  const name = parts.at(-1) ?? '';
  const problems: string[] = [];
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') problems.push('prefix part must be non-empty');
    else problems.push(...subdomainProblems(prefix).map((problem) => `prefix part ${problem}`));
  }
  if (name === '') problems.push('name part must be non-empty');
  else if (Buffer.byteLength(name) > 63) problems.push('name part must be no more than 63 bytes');
  if (!qualifiedPattern.test(name)) problems.push(`name part ${qualifiedText}`);
  return problems;
}

export function labelValueProblems(value: string): string[] {
  const problems = Buffer.byteLength(value) > 63 ? ['must be no more than 63 bytes'] : [];
  if (value !== '' && !qualifiedPattern.test(value)) problems.push(labelValueText);
  return problems;
}

/** Keys of ConfigMaps and Secrets. */
export function configKeyProblems(key: string): string[] {
  const problems = key.length > 253 ? ['must be no more than 253 bytes'] : [];
  if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
    problems.push(
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
    );
  }
  if (key === '.') problems.push(`must not be '.'`);
  else if (key === '..') problems.push(`must not be '..'`);
  else if (key.startsWith('..')) problems.push(`must not start with '..'`);
  return problems;
}
