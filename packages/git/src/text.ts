const maxShown = 300;

/** Text of a server in a message: one line, without control and direction characters, cut. */
export function cleanServerText(text: string): string {
  const clean = text
    .trim()
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
  return clean.length > maxShown ? `${clean.slice(0, maxShown)}…` : clean;
}
