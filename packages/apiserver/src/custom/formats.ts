import { isIP, isIPv4, isIPv6 } from 'node:net';
import { dnsLabelProblems, subdomainProblems } from '../validate/names.ts';

const uuid = (version: string) =>
  new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i');
const duration = /^[+-]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/;
const date = /^\d{4}-\d{2}-\d{2}$/;
const dateTime = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** The string formats that are enforced; a CRD may name others, which are not. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  bsonobjectid: matcher(/^[0-9a-f]{24}$/i),
  uri: isUri,
  email: matcher(/^[^\s@<>]+@[^\s@<>]+$/),
  hostname: (text) =>
    text.length <= 255 && /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/i.test(text),
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: matcher(/^([0-9a-f]{2}([:-][0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2})$/i),
  uuid: matcher(uuid('[0-9a-f]')),
  uuid3: matcher(uuid('3')),
  uuid4: matcher(uuid('4')),
  uuid5: matcher(uuid('5')),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: matcher(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: matcher(/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i),
  rgbcolor: matcher(
    /^rgb\((\s*(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\s*,){2}\s*(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])\s*\)$/,
  ),
  byte: matcher(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  password: () => true,
  date: (text) => date.test(text) && isRealDate(text),
  duration: (text) => text === '0' || duration.test(text),
  datetime: isDateTime,
  'date-time': isDateTime,
  'k8s-short-name': (text) => dnsLabelProblems(text).length === 0,
  'k8s-long-name': (text) => subdomainProblems(text).length === 0,
};

/** Whether a text has a format; anything has a format that is not known. */
export function hasFormat(format: string, text: string): boolean {
  return formats[format.toLowerCase()]?.(text) ?? true;
}

const numericFormats = new Set(['int32', 'int64', 'float', 'double']);

export function isKnownFormat(format: string): boolean {
  return Object.hasOwn(formats, format) || numericFormats.has(format);
}

function matcher(pattern: RegExp): (text: string) => boolean {
  return (text) => pattern.test(text);
}

function isUri(text: string): boolean {
  return URL.canParse(text) || /^\/\S*$/.test(text);
}

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  const version = isIP(address);
  return rest.length === 0 && version > 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

function isRealDate(text: string): boolean {
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
}

function isDateTime(text: string): boolean {
  return dateTime.test(text) && isRealDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text.toUpperCase()));
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[- ]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = Array.from(digits, (digit, i) => (digit === 'X' ? 10 : Number(digit)) * (10 - i));
  return sum.reduce((a, b) => a + b) % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[- ]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  return Array.from(digits, (digit, i) => Number(digit) * (i % 2 === 0 ? 1 : 3)).reduce((a, b) => a + b) % 10 === 0;
}

/** By Luhn's check digit. */
function isCreditCard(text: string): boolean {
  const digits = text.replace(/[- ]/g, '');
  if (!/^\d{13,19}$/.test(digits)) return false;
  const values = Array.from(digits).reverse().map(Number);
  const sum = values.map((digit, i) => (i % 2 === 0 ? digit : digit * 2 > 9 ? digit * 2 - 9 : digit * 2));
  return sum.reduce((a, b) => a + b) % 10 === 0;
}
