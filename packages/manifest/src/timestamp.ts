const dateForm = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const spacedForm = /^(\d{4})-(\d{1,2})-(\d{1,2}) +(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?$/;
const zonedForm =
  /^(\d{4})-(\d{1,2})-(\d{1,2})[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Reads the forms of a YAML timestamp that go-yaml knows.
 * @returns it as RFC 3339 with up to nine digits of fraction, its own offset kept; `undefined` for any other text
 */
export function parseTimestamp(text: string): string | undefined {
  const match = dateForm.exec(text) ?? zonedForm.exec(text) ?? spacedForm.exec(text);
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = '', sign = '+'] = match;
  const [offsetHours = '00', offsetMinutes = '00'] = match.slice(9);
  if (!isDate(Number(year), Number(month), Number(day)) || !isTime(Number(hour), Number(minute), Number(second))) {
    return undefined;
  }
  if (Number(offsetHours) > 24 || Number(offsetMinutes) > 60) return undefined;
  const date = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  return date + formatFraction(fraction) + formatOffset(sign, Number(offsetHours) * 60 + Number(offsetMinutes));
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

function isTime(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second < 60;
}

function formatFraction(digits: string): string {
  const kept = digits.slice(0, 9).replace(/0+$/, '');
  return kept === '' ? '' : `.${kept}`;
}

function formatOffset(sign: string, minutes: number): string {
  if (minutes === 0) return 'Z';
  return `${sign}${two(String(Math.floor(minutes / 60)))}:${two(String(minutes % 60))}`;
}

function two(digits: string): string {
  return digits.padStart(2, '0');
}
